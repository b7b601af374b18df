#include "cli/progress.hpp"

#include <fmt/format.h>

#include <cmath>

#include "api/proof_view.hpp"
#include "cli/summary.hpp"
#include "runtime/status_line.hpp"

namespace robin::cli {
namespace {

constexpr std::chrono::seconds plain_interval{30};
constexpr double speed_known_after_seconds = 0.5;

}  // namespace

void Progress::show(const flow::FollowProgress& now) {
  const auto time = std::chrono::steady_clock::now();
  const bool on_terminal = runtime::status_line().is_terminal();
  if (!first_frontier_) {
    first_frontier_ = now.frontier;
  }
  if (off_ || (!on_terminal && time < next_plain_)) {
    return;
  }
  next_plain_ = time + plain_interval;
  const auto& range = request_.spec.range;
  const auto total = static_cast<double>(range.length());
  const auto done = static_cast<double>(now.frontier.ordinal - range.begin.ordinal);
  const auto gained = static_cast<double>(now.frontier.ordinal - first_frontier_->ordinal);
  const double seconds = std::chrono::duration<double>(time - begin_).count();
  std::string rate = "-";
  std::string left = "-";
  if (gained > 0 && seconds > speed_known_after_seconds) {
    rate = with_unit(gained / seconds) + "/s";
    left = clock_text((total - done) * seconds / gained);
  }
  std::string line = fmt::format("{} {:5.1f} %  {}  ETA {}  up to {}  blocks {} finished, {} in flight",
                                 request_.spec.strategy, 100 * done / total, rate, left,
                                 request_.strategy->text(now.frontier), now.counts.finished, now.counts.in_flight());
  if (now.counts.failed > 0) {
    line += fmt::format(", {} failed", now.counts.failed);
  }
  const auto proof = api::proof_of(request_.strategy, now.audited.state);
  if (proof && proof->proves) {
    line.append(", ").append(api::height_text(*proof));
  }
  if (!now.audited.objection.empty()) {
    line.append(", NOT CERTIFIED: ").append(now.audited.objection);
  }
  if (on_terminal) {
    runtime::status_line().show(std::move(line));
  } else {
    runtime::status_line().write_above(line);
  }
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const std::uint64_t hours = whole / 3600;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, whole / 60 % 60, whole % 60)
                   : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void Progress::end() { runtime::status_line().clear(); }

}  // namespace robin::cli
