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

/// services -> api -> adapters -> flow -> search -> math; runtime is seen by flow and above. The tool of private
/// clusters (ops/cluster) uses the few headers of runtime that need no library.
const std::map<std::string, std::set<std::string>> allowed = {
    {"math", {"math"}},
    {"search", {"math", "search"}},
    {"runtime", {"runtime"}},
    {"flow", {"math", "search", "runtime", "flow"}},
    {"adapters", {"math", "search", "runtime", "flow", "adapters"}},
    {"api", {"math", "search", "runtime", "flow", "adapters", "api"}},
    {"cluster", {"runtime", "cluster"}},
    {"services", {"math", "search", "runtime", "flow", "adapters", "api"}},
};

/// Headers of products and C libraries, and the only sources that may include them (a regular expression on the path).
const std::vector<std::pair<std::string, std::string>> confined = {
    {"gmp\\.h", "common/math/(integer\\.hpp|library_versions\\.cpp)"},
    {"(mpfr|mpfi|mpfi_io)\\.h", "common/math/(interval\\.hpp|(library_versions|thread_caches)\\.cpp)"},
    {"primesieve\\.hpp?", "common/math/(primes|library_versions)\\.cpp"},
    {"flint/(?!arb\\.h).*", "common/math/(factor|library_versions|prime_sums|thread_caches)\\.cpp"},
    {"(flint/)?arb\\.h", "common/math/arb\\.hpp"},
    {"math/arb\\.hpp", "common/math/prime_sums\\.cpp"},
    {"openssl/.*", "common/search/sha256\\.cpp"},
    {"amqp.*\\.h|rabbitmq-c/.*", "common/adapters/rabbitmq_c\\.hpp"},
    {"adapters/rabbitmq_c\\.hpp", "common/adapters/rabbitmq_.*\\.cpp"},
    {"libpq-fe\\.h", "common/adapters/postgres_.*\\.cpp"},
    {"sqlite3\\.h", "common/adapters/sqlite_database\\.cpp"},
    {"spdlog/.*", "common/runtime/log\\.cpp"},
    {"prometheus/.*", "common/runtime/vitals\\.cpp"},
    {"httplib\\.h", "(common/runtime/health_server|services/gateway/http_server)\\.cpp"},
    {"CLI/.*", "(services/.*|common/runtime/(config|help_format)\\.cpp)"},
    {"thread|mutex|condition_variable|fstream|iostream", "(?!common/math/).*"},
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

}  // namespace
}  // namespace robin
