#include "runtime/service.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <system_error>

#include "core/backoff.hpp"
#include "core/contract.hpp"
#include "runtime/begin_log.hpp"
#include "runtime/error.hpp"
#include "runtime/health_server.hpp"
#include "runtime/pause.hpp"
#include "runtime/plain_text.hpp"
#include "runtime/process_facts.hpp"
#include "runtime/standard_streams.hpp"
#include "runtime/status_line.hpp"
#include "runtime/stop.hpp"
#include "runtime/version.hpp"

namespace robin::runtime {
namespace {

constexpr int usage_status = 2;
constexpr int failure_status = 1;
constexpr std::chrono::milliseconds first_wait{200};
constexpr std::chrono::milliseconds wait_max{10'000};
constexpr std::chrono::seconds healthy_after{60};

LogOptions log_options(const ServiceDescription& description, const Config& config) {
  const std::string& format_text = config.text("log-format");
  const bool on_terminal = config.text("log-file").empty() && status_line().is_terminal();
  const auto format =
      format_text == "auto" ? (on_terminal ? LogFormat::Text : LogFormat::Json) : log_format_from(format_text);
  const auto level = log_level_from(config.text("log-level"));
  ROBIN_ASSERT(format && level, "the configuration was checked");
  return {description.program.substr(description.program.find('-') + 1), *format, *level, config.text("log-file")};
}

void log_begin(Log& log, const LogOptions& options, const ServiceDescription& description, const Config& config,
               int argc, const char* const* argv) {
  auto facts = description.versions;
  for (auto& fact : process_facts(argc, argv)) {
    facts.push_back(std::move(fact));
  }
  for (const auto& [name, value] : config.effective()) {
    facts.emplace_back("config." + name, value);
  }
  begin_log(log, options, description.program, facts);
  for (const auto& variable : config.unknown_variables()) {
    log.warn("a variable of the environment names no setting of this program and is ignored; --help lists them",
             {{"variable", variable}});
  }
}

const Metric build_info{"robin_build_info", "1, with what this program was made of", MetricKind::Gauge};

Labels build_labels(const ServiceDescription& description) {
  Labels labels = {{"version", std::string(version())}, {"revision", std::string(revision())}};
  for (const auto& [name, version_of_it] : description.versions) {
    if (name == "mpfr" || name == "primesieve") {
      labels[name] = version_of_it;
    }
  }
  return labels;
}

std::unique_ptr<HealthServer> open_health(const Config& config, const Vitals& vitals, Log& log) {
  const std::string& address = config.text("health-address");
  const std::chrono::seconds live(config.number("live-seconds"));
  if (address == "off") {
    return nullptr;
  }
  auto server = std::make_unique<HealthServer>(vitals, address, live);
  log.info("health", {{"port", std::int64_t{server->port()}}});
  return server;
}

void keep_going(const Config& config, Log& log, const Stops& stops, Vitals& vitals, const ServiceBody& body) {
  const std::stop_token& stop = stops.stop;
  const std::stop_callback unready(stop, [&vitals] { vitals.set_ready("work", false); });
  core::Backoff backoff({.first = first_wait, .greatest = wait_max, .calm = healthy_after});
  while (!stop.stop_requested()) {
    const auto begin = std::chrono::steady_clock::now();
    try {
      body(config, log, stops, vitals);
    } catch (const Error& error) {
      log.error("the work failed and is tried again", {{"error", std::string(error.what())}});
    }
    vitals.set_ready("work", false);
    pause(backoff.next_after(std::chrono::steady_clock::now() - begin), stop);
  }
}

int run(const ServiceDescription& description, int argc, const char* const* argv, const ServiceBody& body) {
  const StopSignals signals(StopSignals::Receiver::Service);
  const Config config(description.program, description.purpose, description.settings, argc, argv);
  if (description.check) {
    description.check(config);
  }
  const LogOptions options = log_options(description, config);
  Log log(options);
  log_begin(log, options, description, config, argc, argv);
  try {
    Vitals vitals;
    vitals.set(build_info, 1, build_labels(description));
    const auto health = open_health(config, vitals, log);
    keep_going(config, log, {signals.token(), signals.urgent()}, vitals, body);
  } catch (const std::exception& error) {
    log.error("end", {{"why", std::string("error")}, {"error", std::string(error.what())}});
    throw;
  }
  log.info("end", {{"why", std::string("stopped by a signal")},
                   {"signal", std::int64_t{signals.signal()}},
                   {"status", std::int64_t{0}}});
  return 0;
}

}  // namespace

int run_service(const ServiceDescription& description, int argc, const char* const* argv, const ServiceBody& body) {
  hold_standard_streams();
  const auto tell = [&description](const std::string& line) {
    status_line().write_above(one_line(description.program + ": " + line));
  };
  try {
    return run(description, argc, argv, body);
  } catch (const Config::Answered& answer) {
    if (std::fputs(answer.text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
      tell("stdout: " + std::generic_category().message(errno) + " (the output is not complete)");
      return failure_status;
    }
    return 0;
  } catch (const Config::Refused& refused) {
    tell(refused.reason);
    return usage_status;
  } catch (const std::exception& error) {
    tell(error.what());
    return failure_status;
  }
}

}  // namespace robin::runtime
