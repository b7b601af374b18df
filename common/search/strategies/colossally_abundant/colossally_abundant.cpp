// The strategy colossally-abundant: a position is a number x, a block owns the steps with positions in [A, B), and its
// result is a certificate that any number of other blocks can be folded with. README.md says why it misses nothing.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "core/contract.hpp"
#include "math/primes.hpp"
#include "search/examine.hpp"
#include "search/prime_windows/windowed_strategy.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"
#include "search/strategies/colossally_abundant/certificate_check.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "search/strategies/colossally_abundant/close_look.hpp"
#include "search/strategies/colossally_abundant/genesis.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/slices_again.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::search {
namespace {

using namespace colossally_abundant;  // NOLINT(google-build-using-namespace): this is its main file

class BlockBuilder {
 public:
  BlockBuilder(std::uint64_t begin, std::uint64_t end, const Tally& tally) : begin_(begin), end_(end), tally_(tally) {}

  /// Without knowing what came before: the margin as a function of it.
  BlockCertificate windows() {
    MarginBounding bounding(begin_);
    take_windows(
        begin_,
        [&bounding](const WindowTally& window, const StepSums& sums, auto /*higher*/) {
          bounding.add(window.begin, sums);
        },
        [&] { result_.slice_bounds.push_back(bounding.end_slice()); });
    result_.bound = std::move(bounding).finish();
    return std::move(result_);
  }

  /// From 2 on, step by step; beyond 2^20 with a close look, as what came before is known.
  BlockCertificate genesis(const Parameters& parameters, Findings& findings) {
    const std::uint64_t walk_end = std::min(end_, windows_begin);
    const GenesisWalk walk = walk_genesis(begin_, walk_end, parameters, findings);
    if (begin_ == 2) {
      examine_each_below_55440(parameters, findings);
    }
    result_.origin = walk.before;
    result_.margin = walk.margin;
    result_.primes = walk.primes;
    result_.sums = walk.sums;
    name_higher_steps(walk.higher_steps);
    result_.slices.push_back({walk_end, walk.primes, walk.sums});
    if (walk_end < end_) {
      StepSums before = walk.before;
      before += walk.sums;
      look_closely(walk_end, {before, math::count_primes(2, walk_end)}, parameters, findings);
    }
    return std::move(result_);
  }

  /// The same sums as windows(), and the margin itself.
  BlockCertificate refined(const Certificate& origin, const Parameters& parameters, Findings& findings) {
    result_.origin = origin.sums;
    look_closely(begin_, {origin.sums, origin.primes.count}, parameters, findings);
    return std::move(result_);
  }

 private:
  struct Before {
    StepSums sums;
    std::uint64_t primes;
  };
  using Visit = std::function<void(const WindowTally&, const StepSums&, std::span<const HigherStep>)>;

  void look_closely(std::uint64_t begin, const Before& before, const Parameters& parameters, Findings& findings) {
    if (result_.margin && result_.margin->value <= 0) {
      take_windows(begin, [](const auto&, const auto&, auto) {});
      return;
    }
    CloseLook look(before.sums, before.primes, parameters, findings);
    take_windows(begin, [&look](const WindowTally& window, const StepSums& sums, auto higher) {
      look.take(window, sums, higher);
    });
    if (look.margin()) {
      result_.margin = lesser(result_.margin, *look.margin());
    }
  }

  /// Adds up the windows from `begin` on, and hands them on; says after which one a slice ends.
  void take_windows(
      std::uint64_t begin, const Visit& visit, const std::function<void()>& end_slice = [] {}) {
    const auto higher = higher_steps(begin, end_);
    name_higher_steps(higher);
    Slicing slicing(begin, end_, result_);
    walk_windows(begin, end_, tally_, higher,
                 [&](const WindowTally& window, const StepSums& sums, std::span<const HigherStep> inside) {
                   visit(window, sums, inside);
                   if (slicing.take(window, sums)) {
                     end_slice();
                   }
                 });
  }

  void name_higher_steps(const std::vector<HigherStep>& steps) {
    for (const HigherStep& step : steps) {
      result_.higher_steps.emplace_back(step.prime, step.exponent);
    }
  }

  std::uint64_t begin_;
  std::uint64_t end_;
  const Tally& tally_;
  BlockCertificate result_;
};

class ColossallyAbundant final : public WindowedStrategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "colossally-abundant"; }
  [[nodiscard]] Description description() const override {
    // The constant by Briggs, "Abundant numbers and the Riemann Hypothesis" (2006), figure 3.
    return {"a proof for all n",
            "Robin's inequality",
            "1e9",
            Plot::Margin,
            "log(e^gamma log log n) - log(sigma(n)/n)",
            0.776};
  }
  [[nodiscard]] std::string_view certificate_format() const override { return "robin certificate 1"; }

  void conclude(const Block& block, const Parameters& parameters, const Tally& tally,
                Findings& findings) const override {
    const std::uint64_t begin = as_x(block.begin);
    BlockBuilder builder(begin, as_x(block.end), tally);
    const BlockCertificate certificate =
        begin < windows_begin ? builder.genesis(parameters, findings) : builder.windows();
    file(certificate, findings);
  }

  [[nodiscard]] Findings refine(const Block& block, const Parameters& parameters, const Extras& origin) const override {
    ROBIN_ASSERT(!refuse_refinement(block, origin), "only what may be refined is refined");
    Findings findings;
    const auto before = certificate_from(origin);
    const Tally tally = tally_windows(as_x(block.begin), as_x(block.end));
    file(BlockBuilder(as_x(block.begin), as_x(block.end), tally).refined(*core::accepted(before), parameters, findings),
         findings);
    return findings;
  }

  [[nodiscard]] std::vector<KnownResult> known_results() const override {
    return {{"the eight colossally abundant ones among the exceptions, by the certificate to 2^20", [this] {
               return difference(examine_known(*this, "2", "2^20").findings.violations,
                                 "2 2*3 2^2*3 2^2*3*5 2^3*3*5 2^3*3^2*5 2^3*3^2*5*7 2^4*3^2*5*7");
             }}};
  }

  [[nodiscard]] Parsed<std::unique_ptr<SliceAgain>> slices_again(const Block& block, const Extras& extras,
                                                                 const Parameters& parameters) const override {
    return colossally_abundant::slices_again(block, extras, parameters);
  }

  [[nodiscard]] std::unique_ptr<CertificateCheck> check(std::vector<CertifiedBlock> blocks,
                                                        const Parameters& parameters) const override {
    return check_certificate(*this, std::move(blocks), parameters);
  }

 private:
  [[nodiscard]] std::unique_ptr<Certifier> fold_from(const Certificate& certificate) const override {
    return std::make_unique<CertificateFold>(certificate);
  }
  static void file(const BlockCertificate& certificate, Findings& findings) {
    findings.candidates = certificate.primes.count + certificate.higher_steps.size();
    findings.extras = to_extras(certificate);
  }
};

}  // namespace

std::unique_ptr<const Strategy> make_colossally_abundant() { return std::make_unique<ColossallyAbundant>(); }

}  // namespace robin::search
