#include "search/strategies/primorial/slices_again.hpp"

#include <utility>

#include "search/strategies/primorial/primorial_margin.hpp"

namespace robin::search::primorial {
namespace {

class SlicesAgain final : public SliceAgain {
 public:
  explicit SlicesAgain(RunSums claimed) : claimed_(std::move(claimed)) {}

  [[nodiscard]] uint128 steps() const override { return claimed_.primes.count; }
  [[nodiscard]] Extras extras() const override {
    Extras all;
    write(claimed_, all);
    return all;
  }

 private:
  [[nodiscard]] std::string margin_again(const SliceClaim& slice, const Visit& visit) override {
    const auto for_each = [&](const Visit& visit_window) {
      for_each_window(slice.begin, slice.end, tally_windows(slice.begin, slice.end), [&](const WindowTally& window) {
        const StepSums sums = sums_of_window(window, math::EulerFactor::Totient);
        visit(window, sums);
        visit_window(window, sums);
      });
    };
    if (!slice.bound) {
      Findings findings;
      PrimorialWalk walk(slice.before, slice.primes_below, findings);
      for_each([&walk](const WindowTally& window, const StepSums& sums) { walk.take(window, sums); });
      return agrees(slice, walk.margin()) ? "" : "the margin";
    }
    MarginBounding bounding(slice.block_begin, slice.inside);
    for_each([&bounding](const WindowTally& window, const StepSums& sums) { bounding.add(window, sums); });
    return bounding.end_slice() == *slice.bound ? "" : "the bound";
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

  RunSums claimed_;
};

}  // namespace

core::Parsed<std::unique_ptr<prime_windows::SliceAgain>> slices_again(const Extras& extras) {
  RunSums claimed;
  if (auto refusal = read(extras, claimed)) {
    return std::move(*refusal);
  }
  return std::unique_ptr<SliceAgain>(std::make_unique<SlicesAgain>(std::move(claimed)));
}

}  // namespace robin::search::primorial
