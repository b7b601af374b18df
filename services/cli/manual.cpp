// robin manual: the manual page, made from the commands and flags as they are declared, so that it says what they do.

#include <memory>

#include "cli/commands.hpp"
#include "runtime/version.hpp"

namespace robin::cli {
namespace {

/// As roff reads it: no line begins with a request by accident, no dash is taken for a hyphen.
std::string roff_escaped(const std::string& text) {
  std::string all;
  bool at_begin = true;
  for (const char c : text) {
    if (at_begin && (c == '.' || c == '\'')) {
      all += "\\&";
    }
    if (c == '\\') {
      all += "\\e";
    } else if (c == '-') {
      all += "\\-";
    } else if (c == '^') {
      all += "\\(ha";
    } else if (c == '~') {
      all += "\\(ti";
    } else {
      all += c;
    }
    at_begin = c == '\n';
  }
  return all;
}

void add_options(const CLI::App& command, std::string& page) {
  for (const auto* option : command.get_options()) {
    std::string names;
    for (const auto& name : option->get_snames()) {
      names += (names.empty() ? "-" : ", -") + name;
    }
    for (const auto& name : option->get_lnames()) {
      names += (names.empty() ? "--" : ", --") + name;
    }
    const bool takes_value = option->get_expected_max() > 0 && !names.empty();
    page += ".TP\n.B " + roff_escaped(names.empty() ? option->get_name() : names) +
            (takes_value ? " \\fIVALUE\\fR" : "") + "\n";
    page += roff_escaped(option->get_description());
    if (const auto& by_default = option->get_default_str(); takes_value && !by_default.empty()) {
      page += roff_escaped(" [" + by_default + "]");
    }
    page += "\n";
  }
}

void add_command(const CLI::App& command, const std::string& path, std::string& page) {
  page += ".SS " + roff_escaped(path) + "\n" + roff_escaped(command.get_description()) + "\n";
  add_options(command, page);
  if (const std::string footer = command.get_footer(); !footer.empty()) {
    page += ".PP\n.nf\n" + roff_escaped(footer) + "\n.fi\n";
  }
  for (const auto* below : command.get_subcommands({})) {
    add_command(*below, path + " " + below->get_name(), page);
  }
}

constexpr const char* closing_sections =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\ndone\n"
    ".TP\n.B 1\nfailure; also if a block failed or a candidate stayed undecided\n"
    ".TP\n.B 2\nusage: one line on stderr names the flag and the fix\n"
    ".TP\n.B 3\na needed server is out of reach\n"
    ".TP\n.B 4\nverification mismatch\n"
    ".TP\n.B 10\na certified violation with n > 5040\n"
    ".TP\n.B 130, 143\ninterrupted by Ctrl\\-C or SIGTERM; the same command continues\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B ROBIN_DATABASE_URL\nthe cluster's database: postgresql://user:password@host:port/database\n"
    ".TP\n.B ROBIN_MANAGEMENT_URL\nRabbitMQ's management API: http://user:password@host:15672\n"
    ".TP\n.B ROBIN_SERVER\na gateway to ask instead of both: http://host:port\n"
    ".TP\n.B ROBIN_ADMIN_TOKEN\nthe gateway's token, for orders\n"
    ".TP\n.B NO_COLOR\nno colours, also on a terminal\n"
    ".PP\nWith _FILE appended each of the first four names a file that holds the value.\n";

}  // namespace

void add_manual(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("manual", "Print the manual page, as man reads it");
  command->footer("Examples:\n  robin manual | man -l -\n  robin manual > /usr/share/man/man1/robin.1\n");
  command->callback([&app, &context] {
    context.chosen = [&app] {
      std::string page = ".TH ROBIN 1 \"\" \"robin " + runtime::version() + "\" \"User Commands\"\n.SH NAME\n" +
                         "robin \\- hunts for counterexamples to the Riemann Hypothesis through Robin's inequality\n" +
                         ".SH SYNOPSIS\n.B robin\n\\fICOMMAND\\fR [\\fIFLAGS\\fR]\n.SH DESCRIPTION\n" +
                         roff_escaped(app.get_description()) + "\n";
      add_options(app, page);
      page += ".SH COMMANDS\n";
      for (const auto* one : app.get_subcommands({})) {
        add_command(*one, "robin " + one->get_name(), page);
      }
      print(page + closing_sections);
      return number(ExitStatus::Done);
    };
  });
}

}  // namespace robin::cli
