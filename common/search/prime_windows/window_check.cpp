#include "search/prime_windows/window_check.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/contract.hpp"
#include "math/prime_count.hpp"
#include "search/examine.hpp"

namespace robin::search::prime_windows {
namespace {

/// More of one block tell nobody more.
constexpr std::size_t told_of_a_block_max = 5;

std::string range_text(std::uint64_t begin, std::uint64_t end) {
  return "[" + std::to_string(begin) + ", " + std::to_string(end) + ")";
}

}  // namespace

WindowCheck::WindowCheck(const WindowedStrategy& strategy, std::vector<CertifiedBlock> blocks, Parameters parameters,
                         math::EulerFactor factor, std::unique_ptr<WindowFold> fold, std::uint64_t claimed_from)
    : strategy_(strategy),
      blocks_(std::move(blocks)),
      parameters_(std::move(parameters)),
      factor_(factor),
      fold_(std::move(fold)),
      claimed_from_(claimed_from) {}

void WindowCheck::mismatch(std::size_t block, const std::string& what) {
  const auto told = std::count_if(mismatches_.begin(), mismatches_.end(),
                                  [block](const Mismatch& one) { return one.block == block; });
  if (static_cast<std::size_t>(told) < told_of_a_block_max) {
    mismatches_.push_back({block, what});
  }
}

void WindowCheck::check_blocks() {
  if (blocks_.empty()) {
    mismatch(0, "a certificate without blocks proves nothing");
    return;
  }
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const auto& [block, candidates, digest, extras] = blocks_[i];
    if (const auto refusal = refuse_block(strategy_, block, parameters_)) {
      mismatch(i, "no such block: " + refusal->reason);
      return;
    }
    const Certificate before = fold_->certificate();
    if (const auto objection = fold_->advance(block, candidates, extras)) {
      mismatch(i, objection->reason);
      return;
    }
    margins_.push_back(fold_->margin_of_last());
    primes_up_to_end_.push_back(fold_->certificate().primes.count);
    if (check_chain(i)) {
      check_claims(i, before);
    }
  }
  const auto located = fold_->locate_least();
  if (const auto contradiction = fold_->contradiction()) {
    const auto at = std::find_if(blocks_.begin(), blocks_.end(),
                                 [&](const CertifiedBlock& one) { return Position{located->at} < one.block.end; });
    mismatch(static_cast<std::size_t>(at - blocks_.begin()), *contradiction);
  }
  const auto least = located ? fold_->parts_of_least(*located) : std::vector<std::uint64_t>{};
  for (CertifiedPart& part : parts_) {
    part.may_hold_least = std::find(least.begin(), least.end(), part.range.begin.ordinal) != least.end();
  }
}

/// Whether the block's digest belongs to its numbers.
bool WindowCheck::check_chain(std::size_t i) {
  const auto& [block, candidates, digest, extras] = blocks_[i];
  if (Position{windows_begin} <= block.begin) {
    Findings findings;
    findings.candidates = candidates;
    findings.extras = extras;
    if (exact_digest(strategy_, block, findings) != digest) {
      mismatch(i, "its digest does not belong to its numbers");
      return false;
    }
    return true;
  }
  // It may have findings, which a certificate does not list, and its steps are few: all of it is computed again.
  return computes_again(strategy_, block, parameters_, candidates, digest, extras,
                        [&](const std::string& what) { mismatch(i, what); });
}

void WindowCheck::check_claims(std::size_t i, const Certificate& before) {
  const auto& [block, candidates, digest, extras] = blocks_[i];
  const RunSums& run = fold_->run_of_last();
  StepSums inside;
  std::uint64_t primes = before.primes.count;
  auto at = static_cast<std::uint64_t>(block.begin.ordinal);
  for (std::size_t k = 0; k < run.slices.size(); ++k) {
    const SliceSums& slice = run.slices[k];
    SliceClaim place{static_cast<std::uint64_t>(block.begin.ordinal),
                     at,
                     slice.end,
                     slice.primes,
                     slice.sums,
                     before.sums,
                     inside,
                     primes,
                     std::nullopt};
    place.before += inside;
    if (!run.origin) {
      place.bound = run.slice_bounds[k];
    }
    // At a number that a slice begins with, the margin is known by its sums alone.
    if (at >= windows_begin) {
      const int128 claimed = margins_[i]->value;
      const int128 of_slice = place.bound ? fold_->parts_of_last()[k].margin.value : claimed;
      if (!may_have_margin(place.before, factor_, std::max(claimed, of_slice))) {
        mismatch(i, "what it says of its margin contradicts its sums at " + std::to_string(at));
      }
    }
    parts_.push_back({i, {{at}, {slice.end}}, slice.primes.count, false});
    slices_.push_back(place);
    inside += slice.sums;
    primes += slice.primes.count;
    at = slice.end;
  }
}

std::uint64_t WindowCheck::check_part(const CertifiedPart& part, double place, std::uint64_t primes) {
  const SliceClaim& slice = slices_[static_cast<std::size_t>(&part - parts_.data())];
  WalkRequest request{slice.begin, slice.end, slice.before, slice.before, factor_, {}, 0, claimed_from_};
  request.claimed = margins_[part.block] ? margins_[part.block]->value : std::numeric_limits<std::int64_t>::min();
  std::uint64_t walked_primes = 0;
  if (slice.begin < windows_begin) {
    // The block was computed again by check_blocks().
    request.total_at_end += slice.sums;
    walked_primes = slice.primes.count;
  } else {
    // Where as many primes are left as are to be walked.
    const double room = 1 - static_cast<double>(std::min(primes, slice.primes.count)) /
                                static_cast<double>(std::max<std::uint64_t>(slice.primes.count, 1));
    const auto wanted =
        slice.begin + static_cast<std::uint64_t>(place * room * static_cast<double>(slice.end - slice.begin));
    StepSums total = slice.before;
    bool has_begun = false;
    bool has_ended = false;
    look_at(part.block);
    const auto wrong = again_->differences(slice, [&](const WindowTally& window, const StepSums& added) {
      if (!has_begun && wanted < window.end) {
        has_begun = true;
        request.begin = window.begin;
        request.total = total;
      }
      total += added;
      if (has_begun && !has_ended) {
        walked_primes += window.count;
        request.end = window.end;
        request.total_at_end = total;
        has_ended = walked_primes >= primes;
      }
    });
    for (const std::string& what : wrong) {
      mismatch(part.block, what);
    }
    if (const std::string& what = again_->whole_again(); !what.empty()) {
      mismatch(part.block, what);
    }
  }
  if (primes == 0) {
    return 0;
  }
  request.further = further_again(request.begin, request.end);
  const Walked walked = walk_again(request);
  if (walked.primes != walked_primes || !walked.meets) {
    mismatch(part.block,
             "the steps of " + range_text(request.begin, request.end) + " add up to something else one by one");
  }
  if (!walked.mismatch.empty()) {
    mismatch(part.block, walked.mismatch);
  }
  if (slice.begin == strategy_.first().ordinal) {
    if (const std::string wrong = check_first_again(); !wrong.empty()) {
      mismatch(part.block, wrong);
    }
  }
  return walked.primes;
}

void WindowCheck::look_at(std::size_t block) {
  if (looked_at_ != block) {
    auto again = strategy_.slices_again(blocks_[block].block, blocks_[block].extras, parameters_);
    ROBIN_ASSERT(core::accepted(again) != nullptr, "the fold has read what the block says");
    again_ = std::get<0>(std::move(again));
    looked_at_ = block;
  }
}

void WindowCheck::check_count(std::size_t block) {
  const auto end = static_cast<std::uint64_t>(blocks_[block].block.end.ordinal);
  if (const std::uint64_t count = math::count_primes_again(end - 1); count != primes_up_to_end_[block]) {
    mismatch(block, "there are " + std::to_string(count) + " primes below its end, not " +
                        std::to_string(primes_up_to_end_[block]));
  }
}

}  // namespace robin::search::prime_windows
