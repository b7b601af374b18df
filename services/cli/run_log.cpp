#include "cli/run_log.hpp"

#include <chrono>
#include <exception>

#include "adapters/versions.hpp"
#include "cli/search_flags.hpp"
#include "runtime/begin_log.hpp"
#include "runtime/process_facts.hpp"
#include "runtime/status_line.hpp"

namespace robin::cli {
namespace {

runtime::LogOptions checked(const RunLogFlags& flags, const std::string& service) {
  const bool on_terminal = flags.file.empty() && runtime::status_line().is_terminal();
  const auto format = flags.format == "auto" ? (on_terminal ? runtime::LogFormat::Text : runtime::LogFormat::Json)
                                             : runtime::log_format_from(flags.format);
  if (!format) {
    throw CLI::ValidationError("--log-format", "'" + flags.format + "' is none of auto, text, json");
  }
  const auto level = runtime::log_level_from(flags.level);
  if (!level) {
    throw CLI::ValidationError("--log-level", "'" + flags.level + "' is none of debug, info, warn, error");
  }
  return {service, *format, *level, flags.file};
}

}  // namespace

void RunLogFlags::add_to(CLI::App& command) {
  command.add_option("--log-format", format, "auto (text on a terminal), text or json")->capture_default_str();
  command.add_option("--log-level", level, "debug, info, warn or error")->capture_default_str();
  command.add_option("--log-file", file, "append the log to this file [stderr]");
}

RunLog::RunLog(const RunLogFlags& flags, const Context& context, const std::string& service, const std::string& what,
               const std::vector<std::pair<std::string, std::string>>& configuration)
    : options_(checked(flags, service)), log_(options_) {
  auto facts = adapters::all_versions();
  for (auto& fact : runtime::process_facts(context.argc, context.argv)) {
    facts.push_back(std::move(fact));
  }
  for (const auto& [name, value] : configuration) {
    facts.emplace_back("config." + name, runtime::mask_secrets(name, value));
  }
  facts.emplace_back("config.log_format", flags.format);
  facts.emplace_back("config.log_level", flags.level);
  facts.emplace_back("config.log_file", flags.file.empty() ? "stderr" : flags.file);
  runtime::begin_log(log_, options_, what, facts);
}

int RunLog::around(const std::function<int()>& body) {
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  try {
    const int status = body();
    const bool interrupted = status > number(ExitStatus::SignalBase);
    log_.info("end", {{"why", std::string(interrupted ? "interrupted by a signal" : "finished")},
                      {"status", std::int64_t{status}},
                      {"elapsed_seconds", seconds()}});
    return status;
  } catch (const std::exception& error) {
    runtime::status_line().clear();
    log_.error("end",
               {{"why", std::string("error")}, {"error", std::string(error.what())}, {"elapsed_seconds", seconds()}});
    throw;
  }
}

}  // namespace robin::cli
