// robin drain: stops blocks from entering, so that the queues empty; tells how far that is; lets them in again.

#include <fmt/format.h>

#include <memory>

#include "api/limits.hpp"
#include "api/queries.hpp"
#include "cli/api_source.hpp"
#include "cli/cluster_view.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "runtime/error.hpp"
#include "runtime/pause.hpp"
#include "runtime/service.hpp"

namespace robin::cli {
namespace {

constexpr std::chrono::seconds poll{1};

struct DrainFlags {
  ServerFlags server;
  std::string reason;
  bool wait = false;
  std::string timeout = "600";
  std::string output = "text";
};

struct Look {
  api::Json json;
  api::DrainState state;
  std::string lines;
};

/// What is known at this moment. Not known is never drained: UNKNOWN is an answer.
Look look(const ServerFlags& server) {
  const auto head = [](const api::Control& control, const std::optional<std::string>& why) {
    return fmt::format("drain {}, epoch {}{}\n", text(control.state), control.epoch, why ? ": " + *why : "");
  };
  api::Json json;
  try {
    json = open_api(server)->get("drain");
  } catch (const runtime::Error& error) {
    const api::Control unknown{api::DrainState::Unknown, 0};
    json = api::json_of(unknown);
    json.update({{"in_flight", nullptr}, {"queues", api::Json::array()}, {"why", error.what()}});
    return {json, unknown.state, head(unknown, error.what())};
  }
  const auto drain = ApiSource::understood<api::Drain>(json);
  return {json, drain.state,
          head(drain, drain.why) + fmt::format("  in flight        {:>8} blocks queued or running\n", drain.in_flight) +
              queue_lines(drain.queues)};
}

void show(const Look& look, Output output) { print(output == Output::Json ? look.json.dump() + "\n" : look.lines); }

ExitStatus status_of(const Look& look) {
  return look.state == api::DrainState::Unknown ? ExitStatus::Unreachable : ExitStatus::Done;
}

int run_status(const DrainFlags& flags) {
  const Output output = checked_output(flags.output);
  const Look status = look(flags.server);
  show(status, output);
  return number(status_of(status));
}

int run_order(const DrainFlags& flags, bool drain, const Context& context) {
  const Output output = checked_output(flags.output);
  const auto timeout = std::chrono::seconds(checked_number("--timeout", flags.timeout, 1, timeout_max_seconds));
  const auto deadline = core::Deadline::in(timeout);
  const std::string reason = checked_text("--reason", flags.reason, api::reason_bytes_max);
  open_api(flags.server)
      ->post<api::Drain>("drain", api::SwitchOrder{drain ? api::DrainOrder::Start : api::DrainOrder::Stop, reason});
  const auto wanted = drain ? api::DrainState::Drained : api::DrainState::Writable;
  Look status = look(flags.server);
  while (flags.wait && status.state != wanted && !deadline.has_passed() && !context.signals.token().stop_requested()) {
    runtime::pause(poll, context.signals.token());
    status = look(flags.server);
  }
  show(status, output);
  if (context.signals.token().stop_requested()) {
    return number(ExitStatus::SignalBase) + context.signals.signal();
  }
  if (flags.wait && status.state != wanted) {
    tell("not " + std::string(text(wanted)) + " within " + flags.timeout +
         " s; the order stands: see that robin-janitor runs (robin status), or wait for longer (--timeout)");
    return number(status.state == api::DrainState::Unknown ? ExitStatus::Unreachable : ExitStatus::Failure);
  }
  return number(status_of(status));
}

void add_drain_flags(CLI::App& command, DrainFlags& flags) {
  add_output(command, flags.output);
  flags.server.add_to(command);
}

void add_wait(CLI::App& command, DrainFlags& flags) {
  command.add_flag("--wait", flags.wait, "until it is so");
  command.add_option("--timeout", flags.timeout, "with --wait: seconds at most")->capture_default_str();
  add_drain_flags(command, flags);
}

}  // namespace

void add_drain(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("drain", "Stop blocks from entering, so that the queues empty; or let them in again");
  command->require_subcommand(1);
  command->footer(
      "Drained means: not writable and empty. No block can enter, robin.blocks and robin.results are empty, no block "
      "is\n"
      "queued or running. What is still planned waits in the ledger.\n\nExamples:\n"
      "  robin drain start --reason 'new disks' --wait --timeout 3600\n  robin drain stop\n");
  auto flags = std::make_shared<DrainFlags>();
  auto* start = command->add_subcommand("start", "Order a drain");
  start->add_option("--reason", flags->reason, "kept with the order");
  add_wait(*start, *flags);
  start->footer("Examples:\n  robin drain start\n  robin drain start --reason 'new disks' --wait --timeout 3600\n");
  start->callback(
      [&context, flags] { context.chosen = [&context, flags] { return run_order(*flags, true, context); }; });
  auto* status = command->add_subcommand("status", "WRITABLE, DRAINING, DRAINED, or UNKNOWN");
  add_drain_flags(*status, *flags);
  status->footer("Examples:\n  robin drain status\n  robin drain status -o json\n");
  status->callback([&context, flags] { context.chosen = [flags] { return run_status(*flags); }; });
  auto* stop = command->add_subcommand("stop", "Let blocks in again");
  stop->add_option("--reason", flags->reason, "kept with the order");
  add_wait(*stop, *flags);
  stop->footer("Examples:\n  robin drain stop\n  robin drain stop --reason 'the disks are there' --wait\n");
  stop->callback(
      [&context, flags] { context.chosen = [&context, flags] { return run_order(*flags, false, context); }; });
}

}  // namespace robin::cli
