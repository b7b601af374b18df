// robin version: what this binary is.

#include "runtime/version.hpp"

#include <fmt/core.h>
#include <spdlog/version.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/sqlite_database.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "math/library_versions.hpp"
#include "search/sha256.hpp"

namespace robin::cli {
namespace {

int run_version(const std::string& output) {
  const auto versions = all_versions();
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

std::vector<std::pair<std::string, std::string>> all_versions() {
  std::vector<std::pair<std::string, std::string>> all = {
      {"version", runtime::version()}, {"revision", runtime::revision()}, {"compiler", __VERSION__}};
  for (auto& library : math::library_versions()) {
    all.push_back(std::move(library));
  }
  all.emplace_back("openssl", search::openssl_version());
  all.emplace_back("sqlite", adapters::sqlite_version());
  all.emplace_back("spdlog", fmt::format("{}.{}.{}", SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH));
  all.emplace_back("nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                                NLOHMANN_JSON_VERSION_PATCH));
  return all;
}

void add_version(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("version", "Print the versions of robin and of what it is linked with");
  auto output = std::make_shared<std::string>("text");
  command->add_option("-o,--output", *output, "text or json")->capture_default_str();
  command->callback([&context, output] { context.chosen = [output] { return run_version(*output); }; });
}

}  // namespace robin::cli
