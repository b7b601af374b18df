#include "search/prime_windows/window_fold.hpp"

#include <algorithm>

namespace robin::search::prime_windows {
namespace {

bool has_less(const LeastMargin& a, const LeastMargin& b) { return a.value < b.value; }

}  // namespace

std::optional<Objection> WindowFold::advance(const Block& block, uint128 candidates, const Extras& extras) {
  const auto begin = static_cast<std::uint64_t>(block.begin.ordinal);
  if (begin != certificate_.largest_position) {
    return Objection{Doubt::Unfit, "the block begins at " + std::to_string(begin) + ", the certificate ends at " +
                                       std::to_string(certificate_.largest_position)};
  }
  auto verdict = judge(block, candidates, extras, certificate_);
  if (auto* objection = std::get_if<Objection>(&verdict)) {
    return std::move(*objection);
  }
  auto& [run, margin, parts] = *std::get_if<Judged>(&verdict);
  // theta(x) < 1.02 x (Rosser, Schoenfeld 1962), and further steps add less than as much.
  const uint128 most = 2 * static_cast<uint128>(block.end.ordinal);
  if (((certificate_.sums.log_hi + run.sums.log_hi) >> log_bits) >= most) {
    return Objection{Doubt::Unfit, "its log N is greater than twice the largest prime"};
  }
  located_.reset();
  certificate_.largest_position = static_cast<std::uint64_t>(block.end.ordinal);
  ++certificate_.blocks;
  certificate_.steps += static_cast<std::uint64_t>(candidates);
  certificate_.primes += run.primes;
  certificate_.sums += run.sums;
  margin_of_last_ = margin;
  if (margin) {
    certificate_.margin = lesser(certificate_.margin, *margin);
    contend({*margin, parts});
  }
  parts_of_last_ = std::move(parts);
  run_of_last_ = std::move(run);
  return std::nullopt;
}

std::optional<Objection> WindowFold::object_to_origin(const Block& block, uint128 steps, const RunSums& run,
                                                      const StepSums& before, std::uint64_t claimed_from,
                                                      const char* numbers) {
  if (!run.origin || *run.origin != before) {
    return Objection{Doubt::Unfit, "it was computed from another origin than the blocks before it"};
  }
  if (!run.margin) {
    return steps == 0 || block.end <= Position{claimed_from}
               ? std::nullopt
               : std::optional(Objection{Doubt::Unfit, "it says nothing of its margin"});
  }
  if (Position{run.margin->at} < block.begin || block.end <= Position{run.margin->at}) {
    return Objection{Doubt::Unfit, "its least margin lies outside"};
  }
  if (run.margin->value <= 0) {
    return Objection{Doubt::Refuted,
                     std::string(numbers) + " has no margin at the step at " + std::to_string(run.margin->at)};
  }
  return std::nullopt;
}

Extras WindowFold::state() const {
  auto state = state_of(certificate_);
  state["log_n"] = log_n_lo(certificate_);
  if (margin_of_last_) {
    state["block_margin"] = margin_text(*margin_of_last_);
    state["block_margin_at"] = std::to_string(margin_of_last_->at);
  }
  return state;
}

void WindowFold::contend(Contender contender) {
  contenders_.push_back(std::move(contender));
  const auto least = std::min_element(contenders_.begin(), contenders_.end(),
                                      [](const auto& a, const auto& b) { return has_less(a.margin, b.margin); });
  // A bound is at least 0.98 of the truth, so a block whose bound is greater than that cannot hold the least margin.
  const int128 out = least->margin.value + least->margin.value / 49 + 1;
  std::erase_if(contenders_, [out](const Contender& one) { return one.margin.value > out; });
}

LeastMargin WindowFold::least_margin_in(const MarginPart& part) const {
  if (part.begin < windows_begin) {
    return part.margin;
  }
  std::optional<LeastMargin> least;
  StepSums total = part.before;
  walk(part.begin, part.end, [&](std::uint64_t begin, const StepSums& sums) {
    least = lesser(least, {margin_at(total), begin});
    total += sums;
  });
  return *least;
}

std::optional<Position> WindowFold::least_margin_at() const {
  const auto least = locate_least();
  return least ? std::optional(Position{least->at}) : std::nullopt;
}

std::optional<std::string> WindowFold::contradiction() const {
  const auto least = locate_least();
  if (!least || !certificate_.margin || least->value >= certificate_.margin->value) {
    return std::nullopt;
  }
  return "the margin at " + std::to_string(least->at) + " is below the least one that is claimed";
}

std::vector<std::uint64_t> WindowFold::parts_of_least(const LeastMargin& least) const {
  std::vector<std::uint64_t> begins;
  for (const MarginPart& part : contending_parts()) {
    if (part.margin.value <= least.value) {
      begins.push_back(part.begin);
    }
  }
  return begins;
}

std::vector<MarginPart> WindowFold::contending_parts() const {
  std::vector<MarginPart> parts;
  for (const Contender& contender : contenders_) {
    parts.insert(parts.end(), contender.parts.begin(), contender.parts.end());
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return has_less(a.margin, b.margin); });
  return parts;
}

std::optional<LeastMargin> WindowFold::locate_least() const {
  if (!located_) {
    located_ = least_of_contenders();
  }
  return *located_;
}

std::optional<LeastMargin> WindowFold::least_of_contenders() const {
  std::optional<LeastMargin> least;
  for (const MarginPart& part : contending_parts()) {
    if (least && part.margin.value > least->value) {
      break;
    }
    const LeastMargin found = least_margin_in(part);
    // Of equal margins the first one, whatever the order of the parts.
    if (!least || found.value < least->value || (found.value == least->value && found.at < least->at)) {
      least = found;
    }
  }
  return least;
}

}  // namespace robin::search::prime_windows
