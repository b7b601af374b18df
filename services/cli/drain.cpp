// robin drain: stops blocks from entering, so that the queues empty; tells how far that is; lets them in again.

#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cluster_access.hpp"
#include "cli/cluster_view.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "runtime/error.hpp"
#include "runtime/service.hpp"
#include "runtime/status_line.hpp"

namespace robin::cli {
namespace {

constexpr std::array<const char*, 2> queue_names = {"robin.blocks", "robin.results"};
constexpr std::chrono::seconds poll{1};
constexpr std::uint64_t timeout_max = 7 * 86'400;

struct DrainFlags {
  std::string reason;
  bool wait = false;
  std::string timeout = "600";
  std::string output = "text";
};

/// What is known at this moment. Not known is never drained: UNKNOWN is an answer.
struct DrainStatus {
  std::string state;
  std::int64_t epoch = 0;
  std::optional<std::uint64_t> in_flight;
  std::vector<QueueStatus> queues;
  std::string why;
};

DrainStatus look(const search::Strategies& strategies, const std::optional<std::string>& management_url) {
  DrainStatus status;
  try {
    const auto store = open_cluster_store(strategies);
    const auto control = store->control();
    status.state = flow::text(control.state);
    status.epoch = control.epoch.value;
    status.in_flight = store->janitor_ledger().in_flight();
  } catch (const runtime::Error& error) {
    status.state = "UNKNOWN";
    status.why = error.what();
  }
  status.queues = read_queues(queue_names, management_url);
  for (const auto& [name, depth] : status.queues) {
    if (!depth.known && status.state != "WRITABLE" && status.state != "UNKNOWN") {
      status.state = "UNKNOWN";
      status.why = name + " cannot be looked at (ROBIN_MANAGEMENT_URL)";
    }
  }
  return status;
}

void show(const DrainStatus& status, Output output) {
  if (output == Output::Json) {
    print(nlohmann::ordered_json{
              {"state", status.state},
              {"epoch", status.epoch},
              {"in_flight", status.in_flight ? nlohmann::ordered_json(*status.in_flight) : nlohmann::ordered_json()},
              {"queues", to_json(status.queues)}}
              .dump() +
          "\n");
    return;
  }
  std::string text =
      fmt::format("drain {}, epoch {}{}\n", status.state, status.epoch, status.why.empty() ? "" : ": " + status.why);
  if (status.in_flight) {
    text += fmt::format("  in flight        {:>8} blocks queued or running\n", *status.in_flight);
  }
  text += lines_of(status.queues);
  print(text);
}

ExitStatus status_of(const DrainStatus& status) {
  return status.state == "UNKNOWN" ? ExitStatus::Unreachable : ExitStatus::Done;
}

int run_status(const DrainFlags& flags) {
  const Output output = checked_output(flags.output);
  const search::Strategies strategies;
  const auto status = look(strategies, cluster_management_url());
  show(status, output);
  return number(status_of(status));
}

int run_order(const DrainFlags& flags, bool drain, const Context& context) {
  const Output output = checked_output(flags.output);
  const auto timeout = std::chrono::seconds(checked_number("--timeout", flags.timeout, 1, timeout_max));
  const search::Strategies strategies;
  const auto management_url = cluster_management_url();
  const auto deadline = runtime::Deadline::in(timeout);
  static_cast<void>(open_cluster_store(strategies)->janitor_ledger().order_drain(drain, operator_name(), flags.reason));
  const char* wanted = drain ? "DRAINED" : "WRITABLE";
  auto status = look(strategies, management_url);
  while (flags.wait && status.state != wanted && !deadline.has_passed() && !context.signals.token().stop_requested()) {
    runtime::pause(poll, context.signals.token());
    status = look(strategies, management_url);
  }
  show(status, output);
  if (context.signals.token().stop_requested()) {
    return number(ExitStatus::SignalBase) + context.signals.signal();
  }
  if (flags.wait && status.state != wanted) {
    runtime::status_line().write_above("robin: not " + std::string(wanted) + " within " + flags.timeout +
                                       " s (is robin-janitor running? --timeout)");
    return number(status.state == "UNKNOWN" ? ExitStatus::Unreachable : ExitStatus::Failure);
  }
  return number(status_of(status));
}

void add_output(CLI::App& command, DrainFlags& flags) {
  command.add_option("-o,--output", flags.output, "text or json")->capture_default_str();
}

void add_wait(CLI::App& command, DrainFlags& flags) {
  command.add_flag("--wait", flags.wait, "until it is so");
  command.add_option("--timeout", flags.timeout, "with --wait: seconds at most")->capture_default_str();
  add_output(command, flags);
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
  start->callback(
      [&context, flags] { context.chosen = [&context, flags] { return run_order(*flags, true, context); }; });
  auto* status = command->add_subcommand("status", "WRITABLE, DRAINING, DRAINED, or UNKNOWN");
  add_output(*status, *flags);
  status->callback([&context, flags] { context.chosen = [flags] { return run_status(*flags); }; });
  auto* stop = command->add_subcommand("stop", "Let blocks in again");
  stop->add_option("--reason", flags->reason, "kept with the order");
  add_wait(*stop, *flags);
  stop->callback(
      [&context, flags] { context.chosen = [&context, flags] { return run_order(*flags, false, context); }; });
}

}  // namespace robin::cli
