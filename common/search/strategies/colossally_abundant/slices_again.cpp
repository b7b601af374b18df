#include "search/strategies/colossally_abundant/slices_again.hpp"

#include <algorithm>
#include <utility>

#include "search/strategies/colossally_abundant/close_look.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::search::colossally_abundant {
namespace {

class SlicesAgain final : public prime_windows::SliceAgain {
 public:
  SlicesAgain(const Block& block, BlockCertificate claimed, const Parameters& parameters)
      : block_(block), claimed_(std::move(claimed)), parameters_(parameters) {}

  [[nodiscard]] uint128 steps() const override { return uint128{claimed_.primes.count} + claimed_.higher_steps.size(); }
  [[nodiscard]] Extras extras() const override { return to_extras(claimed_); }

 private:
  [[nodiscard]] std::string margin_again(const SliceClaim& slice, const Visit& visit) override {
    const auto steps = higher_steps(slice.begin, slice.end);
    const Tally tally = tally_windows(slice.begin, slice.end);
    if (!slice.bound) {
      Findings findings;
      CloseLook look(slice.before, slice.primes_below, parameters_, findings);
      walk_windows(slice.begin, slice.end, tally, steps,
                   [&](const WindowTally& window, const StepSums& sums, std::span<const HigherStep> higher) {
                     visit(window, sums);
                     look.take(window, sums, higher);
                   });
      return agrees(slice, look.margin()) ? "" : "the margin";
    }
    MarginBounding bounding(slice.block_begin, slice.inside);
    walk_windows(slice.begin, slice.end, tally, steps,
                 [&](const WindowTally& window, const StepSums& sums, auto /*higher*/) {
                   visit(window, sums);
                   bounding.add(window.begin, sums);
                 });
    const bool is_bound = bounding.end_slice() == *slice.bound;
    if (!agrees(slice, std::move(bounding).finish())) {
      return "the bound";
    }
    return is_bound ? "" : "the bound of the slice alone";
  }

  /// With what the block says of its least margin.
  [[nodiscard]] bool agrees(const SliceClaim& slice, const std::optional<LeastMargin>& again) const {
    if (!again || !claimed_.margin) {
      return !again;
    }
    if (!claimed_.has(claimed_.margin->at, slice.block_begin)) {
      return false;
    }
    const bool is_here = slice.begin <= claimed_.margin->at && claimed_.margin->at < slice.end;
    return is_here ? *again == *claimed_.margin : claimed_.margin->value <= again->value;
  }

  [[nodiscard]] bool agrees(const SliceClaim& slice, const MarginBound& again) const {
    const MarginBound& claimed = *claimed_.bound;
    for (std::size_t i = 0; i < again.at.size(); ++i) {
      const bool is_here = slice.begin <= claimed.minimum_at[i] && claimed.minimum_at[i] < slice.end;
      const bool is_elsewhere = !claimed_.has(claimed.minimum_at[i], slice.block_begin);
      const bool is_less = again.at[i] < claimed.at[i];
      const bool is_same = again.at[i] == claimed.at[i] && again.minimum_at[i] == claimed.minimum_at[i];
      if (is_less || is_elsewhere || (is_here && !is_same)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the block names the steps with k >= 2 that are there, and no others.
  [[nodiscard]] std::string compute_whole_again() const override {
    const auto steps =
        higher_steps(static_cast<std::uint64_t>(block_.begin.ordinal), static_cast<std::uint64_t>(block_.end.ordinal));
    return std::equal(
               claimed_.higher_steps.begin(), claimed_.higher_steps.end(), steps.begin(), steps.end(),
               [](const auto& named, const HigherStep& step) { return named == std::pair(step.prime, step.exponent); })
               ? ""
               : "it names other steps with k >= 2";
  }

  const Block block_;
  const BlockCertificate claimed_;
  const Parameters& parameters_;
};

}  // namespace

core::Parsed<std::unique_ptr<prime_windows::SliceAgain>> slices_again(const Block& block, const Extras& extras,
                                                                      const Parameters& parameters) {
  auto claimed = from_extras(extras);
  if (core::accepted(claimed) == nullptr) {
    return core::Refusal{core::refusal_reason(claimed)};
  }
  return std::unique_ptr<prime_windows::SliceAgain>(
      std::make_unique<SlicesAgain>(block, std::get<0>(std::move(claimed)), parameters));
}

}  // namespace robin::search::colossally_abundant
