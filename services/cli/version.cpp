// robin version: what this binary is.

#include "runtime/version.hpp"

#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/versions.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"

namespace robin::cli {
namespace {

int run_version(const std::string& output) {
  const auto versions = adapters::all_versions();
  if (checked_output(output) == Output::Json) {
    nlohmann::ordered_json object;
    for (const auto& [name, version] : versions) {
      (name == "version" || name == "revision" || name == "compiler" ? object[name] : object["libraries"][name]) =
          version;
    }
    print(object.dump() + "\n");
    return number(ExitStatus::Done);
  }
  std::string text = fmt::format("robin {} ({})\n", runtime::version(), runtime::revision());
  for (const auto& [name, version] : versions) {
    if (name != "version" && name != "revision") {
      text += fmt::format("  {:<12} {}\n", name, version);
    }
  }
  print(text);
  return number(ExitStatus::Done);
}

}  // namespace

void add_version(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("version", "Print the versions of robin and of what it is linked with");
  auto output = std::make_shared<std::string>("text");
  add_output(*command, *output);
  command->footer("Examples:\n  robin version\n  robin version -o json\n");
  command->callback([&context, output] { context.chosen = [output] { return run_version(*output); }; });
}

}  // namespace robin::cli
