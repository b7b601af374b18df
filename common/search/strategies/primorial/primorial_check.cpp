#include "search/strategies/primorial/primorial_check.hpp"

#include <utility>

#include "search/prime_windows/window_check.hpp"
#include "search/strategies/primorial/primorial_fold.hpp"
#include "search/strategies/primorial/primorial_margin.hpp"

namespace robin::search::primorial {
namespace {

class Check final : public WindowCheck {
 public:
  Check(const Strategy& strategy, std::vector<CertifiedBlock> blocks, const Parameters& parameters)
      : WindowCheck(strategy, std::move(blocks), parameters, math::EulerFactor::Totient,
                    std::make_unique<PrimorialFold>(), claimed_from) {}

 private:
  [[nodiscard]] std::string compute_again(std::size_t block, const Slice& slice, const Visit& visit) override {
    const auto for_each = [&](const Visit& visit_window) {
      for_each_window(slice.begin, slice.end, tally_windows(slice.begin, slice.end), [&](const WindowTally& window) {
        const StepSums sums = sums_of_window(window, math::EulerFactor::Totient);
        visit(window, sums);
        visit_window(window, sums);
      });
    };
    if (!slice.bound) {
      RunSums claimed;
      static_cast<void>(read(blocks()[block].extras, claimed));
      Findings findings;
      PrimorialWalk walk(slice.before, slice.primes_below, findings);
      for_each([&walk](const WindowTally& window, const StepSums& sums) { walk.take(window, sums); });
      const bool is_here = slice.begin <= claimed.margin->at && claimed.margin->at < slice.end;
      const bool agrees = is_here ? walk.margin() == claimed.margin : claimed.margin->value <= walk.margin()->value;
      return agrees ? "" : "the margin";
    }
    MarginBounding bounding(slice.block_begin, slice.inside);
    for_each([&bounding](const WindowTally& window, const StepSums& sums) { bounding.add(window, sums); });
    return bounding.end_slice() == *slice.bound ? "" : "the bound";
  }
};

}  // namespace

std::unique_ptr<CertificateCheck> check_certificate(const Strategy& strategy, std::vector<CertifiedBlock> blocks,
                                                    const Parameters& parameters) {
  return std::make_unique<Check>(strategy, std::move(blocks), parameters);
}

}  // namespace robin::search::primorial
