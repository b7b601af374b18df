// The strategy primorial: a position is a number x, a block owns the primes in [A, B), and its result is a part of a
// certificate of Nicolas' inequality for primorials. README.md says what it proves, ALGORITHMS.md why.

#include <memory>

#include "core/contract.hpp"
#include "math/primes.hpp"
#include "search/examine.hpp"
#include "search/prime_windows/windowed_strategy.hpp"
#include "search/strategies/primorial/nicolas.hpp"
#include "search/strategies/primorial/primorial_check.hpp"
#include "search/strategies/primorial/primorial_fold.hpp"
#include "search/strategies/primorial/primorial_margin.hpp"
#include "search/strategies/primorial/slices_again.hpp"

namespace robin::search {
namespace {

using namespace primorial;  // NOLINT(google-build-using-namespace): this is its main file

class Primorial final : public WindowedStrategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "primorial"; }
  [[nodiscard]] Description description() const override {
    return {"a proof for all primorials",
            "Nicolas' inequality",
            "1e9",
            Plot::Margin,
            "log(n/phi(n)) - log(e^gamma log log n)",
            2.0};
  }
  [[nodiscard]] std::string_view certificate_format() const override { return "robin primorial certificate 1"; }

  void conclude(const Block& block, const Parameters& /*parameters*/, const Tally& tally,
                Findings& findings) const override {
    file(as_x(block.begin) < windows_begin ? from_two(block, tally, findings) : by_windows(block, tally), findings);
  }

  [[nodiscard]] Findings refine(const Block& block, const Parameters& /*parameters*/,
                                const Extras& origin) const override {
    ROBIN_ASSERT(!refuse_refinement(block, origin), "only what may be refined is refined");
    const auto read = certificate_from(origin);
    const Certificate& before = *core::accepted(read);
    Findings findings;
    RunSums run;
    run.origin = before.sums;
    PrimorialWalk walk(before.sums, before.primes.count, findings);
    walk_windows(block, tally_windows(as_x(block.begin), as_x(block.end)), run, walk);
    run.margin = walk.margin();
    file(run, findings);
    return findings;
  }

  [[nodiscard]] math::Assessment assess(const math::Factorization& number,
                                        const math::PrecisionRange& precision) const override {
    return assess_nicolas(number, precision);
  }
  /// No primorial is known to violate it.
  [[nodiscard]] bool is_known_exception(const math::Factorization& /*number*/) const override { return false; }

  [[nodiscard]] std::vector<KnownResult> known_results() const override {
    return {{"Nicolas' inequality at the 82,025 primorials below that of 2^20", [this] {
               const auto found = examine_known(*this, "2", "2^20").findings;
               PrimorialFold fold;
               const auto objection = fold.advance({{2}, {windows_begin}}, found.candidates, found.extras);
               return objection ? objection->reason : difference(std::to_string(fold.certificate().steps), "82025");
             }}};
  }

  [[nodiscard]] Parsed<std::unique_ptr<SliceAgain>> slices_again(const Block& /*block*/, const Extras& extras,
                                                                 const Parameters& /*parameters*/) const override {
    return primorial::slices_again(extras);
  }

  [[nodiscard]] std::unique_ptr<CertificateCheck> check(std::vector<CertifiedBlock> blocks,
                                                        const Parameters& parameters) const override {
    return check_certificate(*this, std::move(blocks), parameters);
  }

 private:
  [[nodiscard]] std::unique_ptr<Certifier> fold_from(const Certificate& certificate) const override {
    return std::make_unique<PrimorialFold>(certificate);
  }

  /// Adds the windows of the block to the run, and walks them.
  static void walk_windows(const Block& block, const Tally& tally, RunSums& run, PrimorialWalk& walk) {
    const std::uint64_t begin = std::max(as_x(block.begin), windows_begin);
    Slicing slicing(begin, as_x(block.end), run);
    for_each_window(begin, as_x(block.end), tally, [&](const WindowTally& window) {
      const StepSums sums = sums_of_window(window, math::EulerFactor::Totient);
      walk.take(window, sums);
      slicing.take(window, sums);
    });
  }

  /// Prime by prime up to 2^20, beyond by windows of which L and S are known.
  static RunSums from_two(const Block& block, const Tally& tally, Findings& findings) {
    const std::uint64_t begin = as_x(block.begin);
    const std::uint64_t walk_end = std::min(as_x(block.end), windows_begin);
    RunSums run;
    StepSums before;
    std::uint64_t primes_before = 0;
    for (const std::uint64_t prime : math::primes_in(2, begin)) {
      before += sums_of_prime(prime);
      ++primes_before;
    }
    run.origin = before;
    PrimorialWalk walk(before, primes_before, findings);
    for (const std::uint64_t prime : math::primes_in(begin, walk_end)) {
      walk.take(prime);
      run.primes += {1, prime};
      run.sums += sums_of_prime(prime);
    }
    run.slices.push_back({walk_end, run.primes, run.sums});
    if (walk_end < as_x(block.end)) {
      walk_windows(block, tally, run, walk);
    }
    run.margin = walk.margin();
    return run;
  }

  /// Without knowing what came before.
  static RunSums by_windows(const Block& block, const Tally& tally) {
    RunSums run;
    Slicing slicing(as_x(block.begin), as_x(block.end), run);
    MarginBounding bounding(as_x(block.begin));
    for_each_window(as_x(block.begin), as_x(block.end), tally, [&](const WindowTally& window) {
      const StepSums sums = sums_of_window(window, math::EulerFactor::Totient);
      bounding.add(window, sums);
      if (slicing.take(window, sums)) {
        run.slice_bounds.push_back(bounding.end_slice());
      }
    });
    return run;
  }

  static void file(const RunSums& run, Findings& findings) {
    findings.candidates = run.primes.count;
    write(run, findings.extras);
  }
};

}  // namespace

std::unique_ptr<const Strategy> make_primorial() { return std::make_unique<Primorial>(); }

}  // namespace robin::search
