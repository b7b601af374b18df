#include "runtime/help_format.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace robin::runtime {
namespace {

class HelpFormat final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode /*mode*/) const override {
    std::string flags;
    for (const CLI::Option* flag : app->get_options(
             [](const CLI::Option* option) { return option->nonpositional() && !option->get_group().empty(); })) {
      flags += line(flag->get_name(false, true) + value_of(*flag), flag->get_description());
    }
    std::string usage = name + (flags.empty() ? "" : " [OPTIONS]");
    std::string arguments;
    for (const CLI::Option* argument :
         app->get_options([](const CLI::Option* option) { return option->get_positional(); })) {
      usage += " " + usage_of(*argument);
      arguments += line(argument->get_name(true, false) + value_of(*argument), argument->get_description());
    }
    std::string commands;
    for (const CLI::App* command : app->get_subcommands({})) {
      commands += line(command->get_name(), command->get_description());
    }
    if (!commands.empty()) {
      usage += app->get_require_subcommand_min() == 0 ? " [SUBCOMMAND]" : " SUBCOMMAND";
    }
    const std::string footer = app->get_footer();
    return app->get_description() + "\nUsage: " + usage + "\n" + section("Positionals", arguments) +
           section("Options", flags) + section("Subcommands", commands) + "\n" + footer + (footer.empty() ? "" : "\n");
  }

 private:
  static constexpr std::size_t column = 30;

  static std::string section(const std::string& heading, const std::string& lines) {
    return lines.empty() ? "" : "\n" + heading + ":\n" + lines;
  }
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
