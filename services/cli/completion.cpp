// robin completion: a script for the shell, made from the commands and flags as they are declared.

#include <fmt/format.h>

#include <map>
#include <memory>
#include <vector>

#include "api/queries.hpp"
#include "cli/commands.hpp"
#include "runtime/plain_text.hpp"
#include "search/strategy.hpp"

namespace robin::cli {
namespace {

/// One command with what may follow it.
struct Node {
  /// robin, robin blocks, robin blocks list.
  std::string path;
  std::vector<std::pair<std::string, std::string>> commands;
  std::vector<std::pair<std::string, std::string>> flags;
};

std::string strategy_words() {
  std::vector<std::string> names;
  const search::Strategies strategies;
  for (const auto& strategy : strategies.all()) {
    names.emplace_back(strategy->name());
  }
  return runtime::joined(names);
}

/// What a flag takes, where that is one of a few words.
const std::map<std::string, std::string>& flag_values() {
  static const std::map<std::string, std::string> all = {
      {"--strategy", strategy_words()},
      {"--mode", runtime::joined(core::all_words<search::Mode>())},
      {"--digest", runtime::joined(core::all_words<search::DigestKind>())},
      {"--output", "text table json csv"},
      {"-o", "text table json csv"},
      {"--format", "csv json"},
      {"--kind", runtime::joined(core::all_words<flow::Finding>())},
      {"--state", runtime::joined(api::block_state_words())},
      {"--group-by", "error"},
      {"--log-format", "text json"},
      {"--log-level", "debug info warn error"},
  };
  return all;
}

/// The first sentence or line of it.
std::string short_text(const std::string& description) {
  std::string text = description.substr(0, description.find('\n'));
  for (char& c : text) {
    // A quote or a colon would end what the shells read it as.
    c = c == '\'' || c == '"' || c == ':' || c == '[' || c == ']' || c == '`' || c == '$' || c == '\\' ? ' ' : c;
  }
  return text;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node{path, {}, {}};
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      node.flags.emplace_back("--" + name, short_text(option->get_description()));
    }
  }
  for (const auto* command : app.get_subcommands({})) {
    node.commands.emplace_back(command->get_name(), short_text(command->get_description()));
  }
  nodes.push_back(node);
  for (const auto* command : app.get_subcommands({})) {
    collect(*command, path + " " + command->get_name(), nodes);
  }
}

std::string names(const std::vector<std::pair<std::string, std::string>>& described) {
  std::string all;
  for (const auto& [name, description] : described) {
    all.append(all.empty() ? "" : " ").append(name);
  }
  return all;
}

/// Finds out, in bash and zsh alike, which command the words so far name.
std::string path_loop(const std::vector<Node>& nodes, const std::string& words) {
  std::string known;
  for (const Node& node : nodes) {
    for (const auto& [name, description] : node.commands) {
      known.append(known.empty() ? "'" : " | '").append(node.path).append(" ").append(name).append("'");
    }
  }
  return "  for word in " + words + "; do\n    case \"$command $word\" in\n      " + known +
         ") command=\"$command $word\" ;;\n    esac\n  done\n";
}

/// What may follow, for bash and zsh: after a flag its values, else `list` of the command; `assign` makes either the
/// choice.
template <class Assign, class List>
std::string cases(const std::vector<Node>& nodes, Assign assign, List list) {
  std::string text = "  case $before in\n";
  for (const auto& [flag, values] : flag_values()) {
    text += fmt::format("    {}) {} ;;\n", flag, assign(values));
  }
  text += "    *) case $command in\n";
  for (const Node& node : nodes) {
    text += fmt::format("      '{}') {} ;;\n", node.path, assign(list(node)));
  }
  return text + "    esac ;;\n  esac\n";
}

std::string bash(const std::vector<Node>& nodes) {
  const auto list = [](const Node& node) {
    return names(node.commands) + (node.commands.empty() ? "" : " ") + names(node.flags);
  };
  return "# bash completion for robin: source it, or put it into /usr/share/bash-completion/completions/robin\n"
         "_robin() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=robin words='' "
         "word\n" +
         path_loop(nodes, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") +
         cases(
             nodes, [](const std::string& words) { return "words='" + words + "'"; }, list) +
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -o default -F _robin robin\n";
}

std::string zsh(const std::vector<Node>& nodes) {
  const auto list = [](const Node& node) {
    std::string all = "\n";
    for (const auto* described : {&node.commands, &node.flags}) {
      for (const auto& [name, description] : *described) {
        all += fmt::format("        '{}:{}'\n", name, description);
      }
    }
    return all + "      ";
  };
  return "#compdef robin\n"
         "# zsh completion for robin: put it as _robin into a folder of $fpath\n"
         "_robin() {\n"
         "  local command=robin word before=${words[CURRENT-1]}\n"
         "  local -a choices\n" +
         path_loop(nodes, "${words[2,CURRENT-1]}") +
         cases(
             nodes, [](const std::string& choices) { return "choices=(" + choices + ")"; }, list) +
         "  _describe 'robin' choices || _files\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _robin ]; then _robin \"$@\"; else compdef _robin robin; fi\n";
}

std::string fish(const std::vector<Node>& nodes) {
  std::string text =
      "# fish completion for robin: put it into ~/.config/fish/completions/robin.fish\n"
      "function __robin_at\n"
      "    set -l command robin\n"
      "    for word in (commandline -opc)[2..-1]\n"
      "        if contains -- \"$command $word\"";
  for (const Node& node : nodes) {
    for (const auto& [name, description] : node.commands) {
      text += fmt::format(" '{} {}'", node.path, name);
    }
  }
  text +=
      "\n"
      "            set command \"$command $word\"\n"
      "        end\n"
      "    end\n"
      "    test \"$command\" = \"$argv[1]\"\n"
      "end\n";
  for (const Node& node : nodes) {
    const std::string where = fmt::format("complete -c robin -n \"__robin_at '{}'\"", node.path);
    for (const auto& [name, description] : node.commands) {
      text += fmt::format("{} -f -a {} -d '{}'\n", where, name, description);
    }
    for (const auto& [name, description] : node.flags) {
      const auto values = flag_values().find(name);
      text += fmt::format("{} -l {} -d '{}'{}\n", where, name.substr(2), description,
                          values == flag_values().end() ? "" : fmt::format(" -x -a '{}'", values->second));
    }
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Examples:\n  robin completion bash > /usr/share/bash-completion/completions/robin\n"
      "  robin completion fish > ~/.config/fish/completions/robin.fish\n");
  command->callback([&app, &context, shell] {
    context.chosen = [&app, shell] {
      std::vector<Node> nodes;
      collect(app, "robin", nodes);
      print(*shell == "bash" ? bash(nodes) : *shell == "zsh" ? zsh(nodes) : fish(nodes));
      return number(ExitStatus::Done);
    };
  });
}

}  // namespace robin::cli
