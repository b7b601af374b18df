// The strategy colossally-abundant: a position is a number x, a block owns the steps with positions in [A, B), and its
// result is a certificate that any number of other blocks can be folded with. README.md says why it misses nothing.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "contract.hpp"
#include "math/number_text.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"
#include "search/strategies/colossally_abundant/genesis.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"
#include "search/strategy.hpp"

namespace robin::search {
namespace {

using namespace colossally_abundant;  // NOLINT(google-build-using-namespace): this is its main file

constexpr std::uint64_t end_of_positions = std::uint64_t{1} << 63U;
/// A block is short enough that linear interpolation between the references is sharp.
constexpr std::uint64_t longest_share = 32;
/// About 10 to 30 s of one core at any height.
constexpr std::uint64_t block_length_max = std::uint64_t{1} << 35U;

std::uint64_t as_x(Position position) { return static_cast<std::uint64_t>(position.ordinal); }

/// Windows of a genesis block whose margin is bounded together, and folded at once.
struct Run {
  Run(std::uint64_t run_begin, std::uint64_t run_end) : begin(run_begin), end(run_end), bounding(run_begin) {}
  std::uint64_t begin;
  std::uint64_t end;
  StepSums sums;
  MarginBounding bounding;
};

class BlockBuilder {
 public:
  BlockBuilder(std::uint64_t begin, std::uint64_t end, const Tally& tally) : begin_(begin), end_(end), tally_(tally) {}

  BlockCertificate windows() {
    MarginBounding bounding(begin_);
    take_windows(begin_,
                 [&bounding](const WindowTally& window, const StepSums& sums) { bounding.add(window.begin, sums); });
    result_.bound = std::move(bounding).finish();
    return std::move(result_);
  }

  /// From 2 on, step by step; beyond 2^20 in runs short enough for sharp bounds.
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
    StepSums total = walk.before;
    total += walk.sums;
    std::optional<Run> run;
    const auto settle = [&] {
      const auto margin = interpolate(std::move(run->bounding).finish(), run->begin, total.log_lo, total.log_hi);
      ROBIN_ASSERT(margin, "L is within sqrt(x) of x here (ALGORITHMS.md, The fold)");
      result_.margin =
          lesser(result_.margin, {margin->value - static_cast<int128>(total.abundancy_hi), margin->window});
      total += run->sums;
      run.reset();
    };
    take_windows(walk_end, [&](const WindowTally& window, const StepSums& sums) {
      if (run && window.begin >= run->end) {
        settle();
      }
      if (!run) {
        run.emplace(window.begin, window_end(window.begin + window.begin / longest_share));
      }
      run->sums += sums;
      run->bounding.add(window.begin, sums);
    });
    if (run) {
      settle();
    }
    return std::move(result_);
  }

 private:
  /// Adds up the windows from `begin` on, and hands them on.
  void take_windows(std::uint64_t begin, const std::function<void(const WindowTally&, const StepSums&)>& visit) {
    if (begin == end_) {
      return;
    }
    const auto higher = higher_steps(begin, end_);
    name_higher_steps(higher);
    const std::uint64_t slice_length = (end_ - begin) / (slices_max - result_.slices.size()) + 1;
    std::uint64_t slice_end = begin + slice_length;
    SliceSums slice{};
    walk_windows(begin, end_, tally_, higher, [&](const WindowTally& window, const StepSums& sums) {
      visit(window, sums);
      slice.primes += {window.count, window.prime_sum()};
      slice.sums += sums;
      if (window.end < slice_end && window.end != end_) {
        return;
      }
      slice.end = window.end;
      result_.primes += slice.primes;
      result_.sums += slice.sums;
      result_.slices.push_back(std::exchange(slice, {}));
      while (slice_end <= window.end) {
        slice_end += slice_length;
      }
    });
  }

  void name_higher_steps(const std::vector<HigherStep>& steps) {
    for (const auto& step : steps) {
      result_.higher_steps.emplace_back(step.prime, step.exponent);
    }
  }

  std::uint64_t begin_;
  std::uint64_t end_;
  const Tally& tally_;
  BlockCertificate result_;
};

class ColossallyAbundant final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "colossally-abundant"; }
  [[nodiscard]] Position first() const override { return {2}; }
  [[nodiscard]] Position end_max() const override { return {end_of_positions}; }
  [[nodiscard]] uint128 candidates_max() const override { return uint128{1} << 58U; }
  [[nodiscard]] bool finds_best() const override { return false; }

  [[nodiscard]] Parsed<Position> parse(std::string_view text) const override {
    const auto number = math::parse_integer(text);
    const auto* x = math::accepted(number);
    if (x == nullptr) {
      return Refusal{math::refusal_reason(number)};
    }
    const auto ordinal = x->to_uint128();
    if (!ordinal || *ordinal < first().ordinal || *ordinal > end_of_positions) {
      return Refusal{"positions of strategy colossally-abundant go from 2 to 2^63"};
    }
    return Position{*ordinal};
  }

  [[nodiscard]] std::string text(Position position) const override { return std::to_string(as_x(position)); }

  [[nodiscard]] std::optional<Refusal> refuse(const Parameters& parameters) const override {
    if (parameters.mode == Mode::Pruned) {
      return Refusal{"strategy colossally-abundant knows only --mode complete"};
    }
    if (parameters.digest == DigestKind::Original) {
      return Refusal{"strategy colossally-abundant knows only --digest exact"};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Refusal> refuse_range(const Block& block) const override {
    const std::uint64_t begin = as_x(block.begin);
    // One window more, so that a cut on the grid is possible near every allowed length.
    if (begin >= windows_begin && as_x(block.end) > window_end(begin + begin / longest_share)) {
      return Refusal{"one block above 2^20 is at most a 32nd of its begin long: end at most " +
                     std::to_string(window_end(begin + begin / longest_share))};
    }
    if (begin < windows_begin && as_x(block.end) > 4 * windows_begin) {
      return Refusal{"a block that begins below 2^20 ends at most at 2^22"};
    }
    return std::nullopt;
  }

  [[nodiscard]] Position block_end(Position /*search*/, Position begin, std::optional<uint128> size) const override {
    const std::uint64_t x = as_x(begin);
    if (x < windows_begin) {
      return {windows_begin};
    }
    const uint128 wanted = size.value_or(block_length_max);
    const auto length = static_cast<std::uint64_t>(std::min<uint128>(wanted, x / longest_share));
    const std::uint64_t rest = end_of_positions - x;
    return {std::min(end_of_positions, window_end(x + std::min(rest, length == 0 ? 0 : length - 1)))};
  }

  [[nodiscard]] Position slice_end(Position begin) const override {
    return {std::min<uint128>(slice_end_at(as_x(begin)), end_of_positions)};
  }

  [[nodiscard]] Slice examine(const Block& slice, const Parameters& parameters) const override {
    ROBIN_ASSERT(!refuse(parameters), "only what may be examined is examined");
    Slice result;
    // Below 2^20 conclude() walks step by step.
    if (as_x(slice.begin) >= windows_begin) {
      result.tally = tally_windows(as_x(slice.begin), as_x(slice.end));
    }
    return result;
  }

  void conclude(const Block& block, const Parameters& parameters, const Tally& tally,
                Findings& findings) const override {
    const std::uint64_t begin = as_x(block.begin);
    BlockBuilder builder(begin, as_x(block.end), tally);
    const BlockCertificate certificate =
        begin < windows_begin ? builder.genesis(parameters, findings) : builder.windows();
    findings.candidates = certificate.primes.count + certificate.higher_steps.size();
    findings.extras = to_extras(certificate);
  }
};

}  // namespace

std::unique_ptr<const Strategy> make_colossally_abundant() { return std::make_unique<ColossallyAbundant>(); }

}  // namespace robin::search
