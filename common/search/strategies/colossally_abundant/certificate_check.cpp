#include "search/strategies/colossally_abundant/certificate_check.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "search/prime_windows/window_check.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "search/strategies/colossally_abundant/close_look.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/small_numbers_again.hpp"
#include "search/strategies/colossally_abundant/steps_again.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::search::colossally_abundant {
namespace {

class Check final : public prime_windows::WindowCheck {
 public:
  Check(const Strategy& strategy, std::vector<CertifiedBlock> blocks, const Parameters& parameters)
      : WindowCheck(strategy, std::move(blocks), parameters, math::EulerFactor::Sigma,
                    std::make_unique<CertificateFold>(), claimed_from) {}

 private:
  [[nodiscard]] std::string compute_again(std::size_t block, const Slice& slice, const Visit& visit) override {
    const auto parsed = from_extras(blocks()[block].extras);
    const BlockCertificate& claimed = *core::accepted(parsed);
    std::vector<HigherStep> steps;
    std::copy_if(steps_of(block).begin(), steps_of(block).end(), std::back_inserter(steps),
                 [&](const HigherStep& step) { return slice.begin <= step.floor && step.floor < slice.end; });
    const Tally tally = tally_windows(slice.begin, slice.end);
    std::string wrong = names(claimed, steps_of(block)) ? "" : "the steps with k >= 2";
    if (!slice.bound) {
      Findings findings;
      CloseLook look(slice.before, slice.primes_below, parameters(), findings);
      walk_windows(slice.begin, slice.end, tally, steps,
                   [&](const WindowTally& window, const StepSums& sums, std::span<const HigherStep> higher) {
                     visit(window, sums);
                     look.take(window, sums, higher);
                   });
      const bool is_here = slice.begin <= claimed.margin->at && claimed.margin->at < slice.end;
      const bool agrees = !look.margin() ||
                          (is_here ? *look.margin() == *claimed.margin : claimed.margin->value <= look.margin()->value);
      return !wrong.empty() || agrees ? wrong : "the margin";
    }
    MarginBounding bounding(slice.block_begin, slice.inside);
    walk_windows(slice.begin, slice.end, tally, steps,
                 [&](const WindowTally& window, const StepSums& sums, auto /*higher*/) {
                   visit(window, sums);
                   bounding.add(window.begin, sums);
                 });
    const bool agrees = bounding.end_slice() == *slice.bound;
    const MarginBound again = std::move(bounding).finish();
    for (std::size_t i = 0; i < again.at.size(); ++i) {
      const bool is_here = slice.begin <= claimed.bound->minimum_at[i] && claimed.bound->minimum_at[i] < slice.end;
      const bool is_less = again.at[i] < claimed.bound->at[i];
      const bool is_same = again.at[i] == claimed.bound->at[i] && again.minimum_at[i] == claimed.bound->minimum_at[i];
      if (is_less || (is_here && !is_same)) {
        wrong = "the bound";
      }
    }
    return !wrong.empty() || agrees ? wrong : "the bound of the slice alone";
  }

  /// Whether the block names the steps with k >= 2 that are there, and no others.
  [[nodiscard]] static bool names(const BlockCertificate& claimed, const std::vector<HigherStep>& steps) {
    return std::equal(
        claimed.higher_steps.begin(), claimed.higher_steps.end(), steps.begin(), steps.end(),
        [](const auto& named, const HigherStep& step) { return named == std::pair(step.prime, step.exponent); });
  }
  [[nodiscard]] const std::vector<HigherStep>& steps_of(std::size_t block) {
    if (steps_block_ != block) {
      const Block& range = blocks()[block].block;
      steps_ =
          higher_steps(static_cast<std::uint64_t>(range.begin.ordinal), static_cast<std::uint64_t>(range.end.ordinal));
      steps_block_ = block;
    }
    return steps_;
  }

  [[nodiscard]] std::vector<prime_windows::FurtherStep> further_again(std::uint64_t begin,
                                                                      std::uint64_t end) const override {
    return steps_again(begin, end);
  }
  [[nodiscard]] std::string check_first_again() const override { return check_small_numbers_again(); }

  /// Of the block that was asked for last.
  std::vector<HigherStep> steps_;
  std::optional<std::size_t> steps_block_;
};

}  // namespace

std::unique_ptr<CertificateCheck> check_certificate(const Strategy& strategy, std::vector<CertifiedBlock> blocks,
                                                    const Parameters& parameters) {
  return std::make_unique<Check>(strategy, std::move(blocks), parameters);
}

}  // namespace robin::search::colossally_abundant
