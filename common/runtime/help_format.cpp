#include "runtime/help_format.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace robin::runtime {
namespace {

class HelpFormat final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode /*mode*/) const override {
    const auto arguments = app->get_options([](const CLI::Option* option) { return option->get_positional(); });
    const auto flags = app->get_options(
        [](const CLI::Option* option) { return option->nonpositional() && !option->get_group().empty(); });
    const auto commands = app->get_subcommands([](const CLI::App* command) { return !command->get_name().empty(); });
    std::string text = app->get_description();
    text += (text.empty() ? "Usage: " : "\nUsage: ") + name + (flags.empty() ? "" : " [OPTIONS]");
    for (const CLI::Option* argument : arguments) {
      text += " " + usage_of(*argument);
    }
    if (!commands.empty()) {
      text += app->get_require_subcommand_min() == 0 ? " [SUBCOMMAND]" : " SUBCOMMAND";
    }
    text += "\n";
    text += arguments.empty() ? "" : "\nPositionals:\n";
    for (const CLI::Option* argument : arguments) {
      text += line(argument->get_name(true, false) + value_of(*argument), argument->get_description());
    }
    text += flags.empty() ? "" : "\nOptions:\n";
    for (const CLI::Option* flag : flags) {
      text += line(flag->get_name(false, true) + value_of(*flag), flag->get_description());
    }
    text += commands.empty() ? "" : "\nSubcommands:\n";
    for (const CLI::App* command : commands) {
      text += line(command->get_name(), command->get_description());
    }
    const std::string footer = app->get_footer();
    return text + "\n" + footer + (footer.empty() ? "" : "\n");
  }

 private:
  static constexpr std::size_t column = 30;

  static bool is_list(const CLI::Option& option) {
    return option.get_expected_max() >= CLI::detail::expected_max_vector_size;
  }
  static std::string usage_of(const CLI::Option& argument) {
    const std::string name = argument.get_name(true, false) + (is_list(argument) ? "..." : "");
    return argument.get_required() ? name : "[" + name + "]";
  }
  /// What follows a name: the kind of its value, what it is if nothing is said.
  static std::string value_of(const CLI::Option& option) {
    if (option.get_type_size() == 0) {
      return "";
    }
    const std::string kind = option.get_type_name();
    const std::string by_default = option.get_default_str();
    return (kind.empty() ? "" : " " + kind) + (by_default.empty() ? "" : "=" + by_default) +
           (is_list(option) ? " ..." : "") + (option.get_required() ? " REQUIRED" : "");
  }
  /// A name, and what it is from that column on.
  static std::string line(const std::string& name, const std::string& description) {
    std::string text = "  " + name;
    const std::string margin(column, ' ');
    if (!description.empty()) {
      text += text.size() >= column ? "\n" + margin : std::string(column - text.size(), ' ');
      for (const char c : description) {
        text += c;
        text += c == '\n' ? margin : "";
      }
    }
    return text + "\n";
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_format() { return std::make_shared<HelpFormat>(); }

}  // namespace robin::runtime
