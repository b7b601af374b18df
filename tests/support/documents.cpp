#include "support/documents.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

namespace robin::testing_support {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view fence_mark = "```";

struct Line {
  std::size_t number;
  std::string text;
};

/// A document taken apart.
struct Document {
  std::vector<Fence> fences;
  /// Code by indentation, line by line.
  std::vector<Line> indented;
  /// Everything else.
  std::vector<Line> prose;
};

Document read(const std::string& file) {
  Document document;
  std::ifstream in(file);
  bool is_inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with(fence_mark)) {
      is_inside = !is_inside;
      if (is_inside) {
        document.fences.push_back({file + ":" + std::to_string(number), line.substr(fence_mark.size()), ""});
      }
    } else if (is_inside) {
      document.fences.back().text += line + "\n";
    } else {
      (line.starts_with("    ") ? document.indented : document.prose).push_back({number, line});
    }
  }
  return document;
}

/// The words of a shell's line, quotes taken away; |, ;, &, >, <, ( and ) are words of their own. A # ends it.
std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool is_word = false;
  char quote = 0;
  const auto end_word = [&] {
    if (is_word) {
      words.push_back(word);
    }
    word.clear();
    is_word = false;
  };
  for (const char c : line) {
    if (quote != 0) {
      quote == c ? static_cast<void>(quote = 0) : word.push_back(c);
    } else if (c == '\'' || c == '"') {
      quote = c;
      is_word = true;
    } else if (c == ' ') {
      end_word();
    } else if (c == '#' && !is_word) {
      break;
    } else if (std::string_view(";&<>()").find(c) != std::string_view::npos) {
      end_word();
      words.emplace_back(1, c);
    } else {
      word.push_back(c);
      is_word = true;
    }
  }
  end_word();
  return words;
}

bool ends_command(const std::string& word) {
  return word == "|" || (word.size() == 1 && std::string_view(";&<>()").find(word) != std::string_view::npos);
}

/// The command lines of robin in a line of a shell: also behind other programs (kubectl exec ... -- robin status).
void add_commands(const std::string& place, const std::string& line, std::vector<RobinCommand>& commands) {
  // Flags of other programs that name a namespace, a user or a database.
  static const std::set<std::string> names = {"-n", "-U", "-d", "-p"};
  const auto words = shell_words(line);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] != "robin" || (i > 0 && names.contains(words[i - 1]))) {
      continue;
    }
    RobinCommand command{place, {}};
    for (++i; i < words.size() && !ends_command(words[i]); ++i) {
      command.words.push_back(words[i]);
    }
    commands.push_back(std::move(command));
  }
}

std::set<std::string> subcommands_in(const std::string& help) {
  std::set<std::string> found;
  std::istringstream in(help);
  std::string line;
  while (std::getline(in, line) && line != "Subcommands:") {
  }
  while (std::getline(in, line) && line.starts_with("  ")) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    found.insert(word);
  }
  return found;
}

/// Without the brackets in which flags are shown: [--wait]
std::string bare(std::string word) {
  std::erase_if(word, [](char c) { return c == '[' || c == ']'; });
  while (!word.empty() && (word.back() == ',' || word.back() == '.')) {
    word.pop_back();
  }
  return word.substr(0, word.find('='));
}

bool is_flag(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         (word[1] == '-' || std::isalpha(static_cast<unsigned char>(word[1])) != 0);
}

bool has_flag(const std::string& help, const std::string& flag) {
  for (std::size_t at = help.find(flag); at != std::string::npos; at = help.find(flag, at + 1)) {
    const char before = at == 0 ? ' ' : help[at - 1];
    const std::size_t end = at + flag.size();
    const char behind = end < help.size() ? help[end] : ' ';
    if ((before == ' ' || before == ',') && (behind == ' ' || behind == ',' || behind == '\n')) {
      return true;
    }
  }
  return false;
}

/// a|b|c
std::vector<std::string> alternatives(const std::string& word) {
  std::vector<std::string> all;
  std::istringstream in(word);
  for (std::string one; std::getline(in, one, '|');) {
    all.push_back(one);
  }
  return all;
}

/// As GitHub names a heading.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading.substr(heading.find_first_not_of("# "))) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') {
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::set<std::string> anchors_of(const std::string& file) {
  std::set<std::string> anchors;
  for (const auto& [number, line] : read(file).prose) {
    if (line.starts_with('#')) {
      anchors.insert(anchor_of(line));
    }
  }
  return anchors;
}

}  // namespace

std::vector<std::string> documents(const std::string& folder) {
  static const std::set<std::string> skipped = {"build", "node_modules", "third_party", ".git"};
  std::vector<std::string> found;
  for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
    if (at->is_directory() && skipped.contains(at->path().filename().string())) {
      at.disable_recursion_pending();
    } else if (at->path().extension() == ".md") {
      found.push_back(at->path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<Fence> fences_of(const std::string& file) { return read(file).fences; }

std::vector<RobinCommand> robin_commands(const std::string& file) {
  const Document document = read(file);
  std::vector<RobinCommand> commands;
  for (const Fence& fence : document.fences) {
    const std::string whole = std::regex_replace(fence.text, std::regex("\\\\\n"), " ");
    std::istringstream lines(whole);
    for (std::string line; std::getline(lines, line);) {
      if (fence.how.starts_with("sh")) {
        add_commands(fence.place, line, commands);
      } else if (line.starts_with("$ ")) {
        add_commands(fence.place, line.substr(2), commands);
      }
    }
  }
  for (const auto& [number, line] : document.indented) {
    const auto begin = line.find_first_not_of(' ');
    if (begin != std::string::npos && line.compare(begin, 6, "robin ") == 0) {
      add_commands(file + ":" + std::to_string(number), line, commands);
    }
  }
  // A span may go on in the next line.
  std::string prose;
  for (const auto& [number, line] : document.prose) {
    prose += line + " ";
  }
  static const std::regex span("`(robin [^`]*)`");
  for (auto at = std::sregex_iterator(prose.begin(), prose.end(), span); at != std::sregex_iterator(); ++at) {
    add_commands(file + ": `" + (*at)[1].str() + "`", (*at)[1].str(), commands);
  }
  // The first lines of texts that are hashed (common/search).
  static const std::set<std::vector<std::string>> hashed = {{"exact", "1"}, {"primorial", "certificate", "1"}};
  std::erase_if(commands, [](const RobinCommand& command) { return hashed.contains(command.words); });
  return commands;
}

std::vector<std::string> unknown_in(const RobinCommand& command, const RobinHelp& help) {
  std::vector<std::string> unknown;
  const auto complain = [&](const std::string& what) { unknown.push_back(command.place + ": robin has no " + what); };
  std::vector<std::string> path;
  std::size_t next = 0;
  // The command, word by word; one in capitals stands for any.
  for (; next < command.words.size(); ++next) {
    const auto known = subcommands_in(help(path));
    const std::string& word = command.words[next];
    if (known.empty() || is_flag(bare(word)) || std::isupper(static_cast<unsigned char>(word[0])) != 0 ||
        word == "...") {
      break;
    }
    const auto names = alternatives(word);
    for (const auto& name : names) {
      if (!known.contains(name)) {
        complain("command " + name);
      }
    }
    if (names.size() != 1 || !unknown.empty()) {
      return unknown;
    }
    path.push_back(word);
  }
  for (; next < command.words.size() && command.words[next] != "--"; ++next) {
    const std::string word = bare(command.words[next]);
    if (is_flag(word) && !has_flag(help(path), word)) {
      complain("flag " + word + " (of " + (path.empty() ? "robin" : path.back()) + ")");
    }
  }
  return unknown;
}

ProcessResult run_in_shell(const std::string& text, const std::string& program, ProcessOptions options) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
  const char* path = std::getenv("PATH");
  options.environment["PATH"] = fs::path(program).parent_path().string() + ":" + (path == nullptr ? "" : path);
  return run_process({"bash", "-euo", "pipefail", "-c", text}, options);
}

std::vector<std::string> broken_links(const std::string& file) {
  std::vector<std::string> broken;
  static const std::regex link("\\]\\(([^)\\s]+)\\)");
  for (const auto& [number, line] : read(file).prose) {
    for (auto at = std::sregex_iterator(line.begin(), line.end(), link); at != std::sregex_iterator(); ++at) {
      const std::string target = (*at)[1].str();
      if (target.find("://") != std::string::npos || target.starts_with("mailto:")) {
        continue;
      }
      const auto hash = target.find('#');
      const std::string path = target.substr(0, hash);
      const fs::path named = path.empty() ? fs::path(file) : fs::path(file).parent_path() / path;
      const bool is_there = fs::exists(named) && (hash == std::string::npos || !fs::is_regular_file(named) ||
                                                  anchors_of(named.string()).contains(target.substr(hash + 1)));
      if (!is_there) {
        broken.push_back(file + ":" + std::to_string(number) + ": " + target);
      }
    }
  }
  return broken;
}

}  // namespace robin::testing_support
