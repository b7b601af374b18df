// The arrows between layers, and which sources may name which library. This list is the only place where the rule is
// written: the test reads every #include and fails on any other arrow.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace robin {
namespace {

namespace fs = std::filesystem;

/// services -> api -> flow -> search -> math -> core; api -> horizon -> math; adapters -> flow and below, and only
/// services see them; runtime is seen by flow and above. The tool of private clusters (ops/cluster) uses the few
/// headers of core and runtime that need no library.
const std::map<std::string, std::set<std::string>> allowed = {
    {"core", {"core"}},
    {"math", {"core", "math"}},
    {"horizon", {"core", "math", "horizon"}},
    {"search", {"core", "math", "search"}},
    {"runtime", {"core", "runtime"}},
    {"flow", {"core", "math", "search", "runtime", "flow"}},
    {"adapters", {"core", "math", "search", "runtime", "flow", "adapters"}},
    {"api", {"core", "math", "horizon", "search", "runtime", "flow", "api"}},
    {"cluster", {"core", "runtime", "cluster"}},
    {"services", {"core", "math", "horizon", "search", "runtime", "flow", "adapters", "api"}},
};

/// Within flow and adapters, which have folders of their own: ports know no wire, rules no loops, a product no other.
const std::map<std::string, std::set<std::string>> allowed_within = {
    {"flow/ports", {"flow/ports"}},
    {"flow/wire", {"flow/ports", "flow/wire"}},
    {"flow/rules", {"flow/ports", "flow/wire", "flow/rules"}},
    {"flow/loops", {"flow/ports", "flow/wire", "flow/rules", "flow/loops"}},
    {"adapters/memory", {"adapters/memory"}},
    {"adapters/rabbitmq", {"adapters/rabbitmq"}},
    {"adapters/sql", {"adapters/sql"}},
    {"adapters/postgres", {"adapters/sql", "adapters/postgres"}},
    {"adapters/sqlite", {"adapters/sql", "adapters/sqlite"}},
    {"adapters/kubernetes", {"adapters/kubernetes"}},
};

/// Headers of products and C libraries, and the only sources that may include them (a regular expression on the path).
const std::vector<std::pair<std::string, std::string>> confined = {
    {"gmp\\.h", "common/math/(integer\\.hpp|library_versions\\.cpp)"},
    {"(mpfr|mpfi|mpfi_io)\\.h", "common/math/(interval\\.hpp|(library_versions|thread_caches)\\.cpp)"},
    {"primecount\\.hpp?", "common/math/prime_count\\.cpp"},
    {"primesieve\\.hpp?", "common/math/(primes|library_versions)\\.cpp"},
    {"flint/(?!arb\\.h).*", "common/math/(factor|library_versions|prime_sums|thread_caches)\\.cpp"},
    {"(flint/)?arb\\.h", "common/math/arb\\.hpp"},
    {"math/arb\\.hpp", "common/math/ball\\.hpp"},
    // What looks at a certificate again.
    {"math/ball\\.hpp",
     "common/(math/(ball|prime_sums)|search/(prime_windows|strategies/[a-z_]+)/[a-z_]+_again)\\.cpp"},
    {"openssl/.*", "common/search/sha256\\.cpp"},
    {"amqp.*\\.h|rabbitmq-c/.*", "common/adapters/rabbitmq/c\\.hpp"},
    {"adapters/rabbitmq/c\\.hpp", "common/adapters/rabbitmq/.*\\.cpp"},
    {"libpq-fe\\.h", "common/adapters/postgres/.*\\.cpp"},
    {"sqlite3\\.h", "common/adapters/sqlite/database\\.cpp"},
    {"spdlog/.*", "common/runtime/log\\.cpp"},
    {"prometheus/.*", "common/runtime/vitals\\.cpp"},
    {"microhttpd\\.h", "common/runtime/http_server\\.cpp"},
    // Tests alone: its releases up to 0.20 read bodies in pieces and header lines without any limit.
    {"httplib\\.h", "none"},
    {"CLI/.*", "(services/.*|common/runtime/(config|help_format)\\.cpp)"},
    {"thread|mutex|condition_variable|fstream|iostream", "(?!common/(core|math|horizon)/).*"},
    // Mathematics and strategies know no clock.
    {"core/(deadline|backoff)\\.hpp|chrono", "(?!common/(math|horizon|search)/).*"},
};

struct Include {
  fs::path file;  // relative to the root of the sources
  std::string target;
};

const fs::path root = ROBIN_SOURCE_DIR;

std::vector<Include> includes_below(const std::string& folder) {
  static const std::regex line_form(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<Include> all;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (extension != ".hpp" && extension != ".cpp") {
      continue;
    }
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (line.find("include") != std::string::npos && std::regex_search(line, match, line_form)) {
        all.push_back({fs::relative(entry.path(), root), match[1]});
      }
    }
  }
  return all;
}

std::vector<Include> production_includes() {
  auto all = includes_below("common");
  auto services = includes_below("services");
  all.insert(all.end(), services.begin(), services.end());
  auto cluster = includes_below("ops/cluster");
  all.insert(all.end(), cluster.begin(), cluster.end());
  return all;
}

/// common/math/integer.hpp -> math; services/cli/run.cpp -> services.
std::string layer_of(const fs::path& file) {
  const auto first = file.begin()->string();
  return first == "services" ? first : std::next(file.begin())->string();
}

TEST(Layers, EveryArrowIsAllowed) {
  std::size_t arrows = 0;
  for (const auto& [file, target] : production_includes()) {
    const std::string to = target.substr(0, target.find('/'));
    const bool is_layer = allowed.contains(to) && target.find('/') != std::string::npos;
    if (!is_layer) {
      continue;
    }
    ++arrows;
    const auto from = allowed.find(layer_of(file));
    ASSERT_NE(from, allowed.end()) << file << " lies in no layer: add it to the table, or move it";
    EXPECT_TRUE(from->second.contains(to)) << file << " includes " << target;
  }
  EXPECT_GT(arrows, 100U) << "the includes were found";
}

/// common/flow/rules/case_rules.hpp -> flow/rules; empty if it lies in no folder of a layer.
std::string folder_of(const std::string& path) {
  static const std::regex form(R"((?:common/)?(\w+/\w+)/.*)");
  std::smatch match;
  return std::regex_match(path, match, form) ? match[1].str() : "";
}

TEST(Layers, EveryArrowWithinALayerIsAllowed) {
  std::size_t arrows = 0;
  for (const auto& [file, target] : production_includes()) {
    const auto from = allowed_within.find(folder_of(file.string()));
    const std::string to = folder_of(target);
    if (from != allowed_within.end() && !to.empty() && layer_of(file) == target.substr(0, target.find('/'))) {
      ++arrows;
      EXPECT_TRUE(from->second.contains(to)) << file << " includes " << target;
    }
  }
  EXPECT_GT(arrows, 50U) << "the includes were found";
}

TEST(Layers, ServicesDoNotIncludeOneAnother) {
  for (const auto& [file, target] : includes_below("services")) {
    const auto own = std::next(file.begin())->string();
    for (const auto& other : fs::directory_iterator(root / "services")) {
      const auto name = other.path().filename().string();
      EXPECT_FALSE(other.is_directory() && name != own && target.starts_with(name + "/"))
          << file << " includes " << target;
    }
  }
}

TEST(Layers, ProductHeadersStayInTheirPlace) {
  const auto includes = production_includes();
  for (const auto& [header, places] : confined) {
    const std::regex is_header(header);
    for (const auto& [file, target] : includes) {
      if (std::regex_match(target, is_header)) {
        EXPECT_TRUE(std::regex_match(file.string(), std::regex(places))) << file << " includes " << target;
      }
    }
  }
}

TEST(Layers, EveryFolderOfCommonIsALayer) {
  for (const auto& entry : fs::directory_iterator(root / "common")) {
    if (entry.is_directory()) {
      EXPECT_TRUE(allowed.contains(entry.path().filename().string())) << entry.path();
    }
  }
}

TEST(Layers, EveryHeaderBeginsWithPragmaOnce) {
  for (const char* folder : {"common", "ops/cluster", "services", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".hpp") {
        std::ifstream file(entry.path());
        std::string line;
        std::getline(file, line);
        EXPECT_EQ(line, "#pragma once") << entry.path();
      }
    }
  }
}

/// Strategies speak for themselves: outside its folder nothing names one, by its name in quotes or in a command, by its
/// namespace or its files. What begins servers and examples on purpose (ops/run, ops/cluster) is no part of this.
TEST(Layers, NoGeneralFileNamesAStrategy) {
  std::string names;
  for (const auto& entry : fs::directory_iterator(root / "common/search/strategies")) {
    const std::string folder = entry.path().filename().string();
    names += (names.empty() ? "" : "|") + std::regex_replace(folder, std::regex("_"), "[-_]");
  }
  ASSERT_FALSE(names.empty());
  const std::regex naming("[\"'](" + names + ")[\"']|--strategy (" + names + ")|(" + names + ")::|strategies/(" +
                          names + ")|colossally[-_]abundant");
  std::size_t files = 0;
  for (const std::string folder : {"common", "services", "k8s"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string path = fs::relative(entry.path(), root).string();
      static const std::set<std::string> kinds = {".hpp", ".cpp", ".ts", ".tsx", ".html", ".yaml", ".json"};
      if (!kinds.contains(entry.path().extension().string()) || path.find("node_modules") != std::string::npos ||
          path.starts_with("common/search/strategies/")) {
        continue;
      }
      ++files;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        EXPECT_FALSE(std::regex_search(line, naming)) << path << ": " << line;
      }
    }
  }
  EXPECT_GT(files, 300U) << "the sources were found";
}

}  // namespace
}  // namespace robin
