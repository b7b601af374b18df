// robin compact: has the janitor pack old blocks into ranges, which take a fraction of the room; tells how far that is.

#include <fmt/format.h>

#include <memory>

#include "api/limits.hpp"
#include "api/queries.hpp"
#include "cli/api_source.hpp"
#include "cli/cluster_view.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "core/duration.hpp"
#include "runtime/pause.hpp"

namespace robin::cli {
namespace {

constexpr std::chrono::milliseconds compact_poll{500};

struct CompactFlags {
  ServerFlags server;
  std::string older_than = "1d";
  std::string reason;
  std::string timeout = "600";
  std::string output = "text";
  bool dry_run = false;
  bool wait = false;
};

std::string lines_of(const api::Compaction& compaction) {
  std::string lines = fmt::format("compacted  {} blocks in {} ranges, {:.3g} MB\n", grouped(compaction.blocks),
                                  grouped(compaction.ranges), static_cast<double>(compaction.bytes) / 1e6);
  if (compaction.compactable) {
    lines += fmt::format("would be   {} blocks\n", grouped(*compaction.compactable));
  }
  if (const auto& order = compaction.order) {
    lines += fmt::format("ordered    {}, older than {}, by {}: {}, {} blocks\n", order->ordered_at,
                         core::duration_text(std::chrono::seconds(order->older_than_seconds)), order->ordered_by,
                         order->done_at ? "done " + *order->done_at : "not done", grouped(order->blocks));
  }
  return lines;
}

int run_compact(const CompactFlags& flags, const Context& context) {
  const Output output = checked_output(flags.output);
  const auto age = core::duration_from(flags.older_than);
  if (const std::string refusal = core::refusal_reason(age); !refusal.empty()) {
    throw CLI::ValidationError("--older-than", refusal);
  }
  const auto older_than = static_cast<std::uint64_t>(core::accepted(age)->count());
  const std::string reason = checked_text("--reason", flags.reason, api::reason_bytes_max);
  const auto timeout = std::chrono::seconds(checked_number("--timeout", flags.timeout, 1, timeout_max_seconds));
  const auto deadline = core::Deadline::in(timeout);
  const auto source = open_api(flags.server);
  api::Json json = flags.dry_run ? source->get("compaction", {{"older_than_seconds", std::to_string(older_than)}})
                                 : source->post("compaction", api::CompactOrder{older_than, reason});
  auto compaction = ApiSource::understood<api::Compaction>(json);
  const auto is_done = [&] { return flags.dry_run || (compaction.order && compaction.order->done_at); };
  while (flags.wait && !is_done() && !deadline.has_passed() && !context.signals.token().stop_requested()) {
    runtime::pause(compact_poll, context.signals.token());
    json = source->get("compaction");
    compaction = ApiSource::understood<api::Compaction>(json);
  }
  print(output == Output::Json ? json.dump() + "\n" : lines_of(compaction));
  if (context.signals.token().stop_requested()) {
    return number(ExitStatus::SignalBase) + context.signals.signal();
  }
  if (flags.wait && !is_done()) {
    tell("not done within " + flags.timeout +
         " s; the order stands: see that robin-janitor runs (robin status), or wait for longer (--timeout)");
    return number(ExitStatus::Failure);
  }
  return number(ExitStatus::Done);
}

}  // namespace

void add_compact(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("compact", "Have old blocks packed into ranges, which take a fraction of the room");
  auto flags = std::make_shared<CompactFlags>();
  command->add_option("--older-than", flags->older_than, "blocks that finished so long ago: 90s, 5m, 36h, 1d")
      ->capture_default_str();
  command->add_flag("--dry-run", flags->dry_run, "only tell how many blocks that would be, and how it stands");
  command->add_option("--reason", flags->reason, "kept with the order");
  command->add_flag("--wait", flags->wait, "until it is done");
  command->add_option("--timeout", flags->timeout, "with --wait: seconds at most")->capture_default_str();
  add_output(*command, flags->output);
  flags->server.add_to(*command);
  command->footer(
      "Certificates, findings, events and every list read as before; nothing about a compacted block is open any more. "
      "The\njanitor does it, in steps of a fraction of a second (its ROBIN_RETENTION: always).\n\nExamples:\n"
      "  robin compact --dry-run\n  robin compact --older-than 7d --reason 'the disk is full' --wait\n");
  command->callback([&context, flags] { context.chosen = [&context, flags] { return run_compact(*flags, context); }; });
}

}  // namespace robin::cli
