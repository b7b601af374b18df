// The strategy colossally-abundant: a position is a number x, a block owns the steps with positions in [A, B), and its
// result is a certificate that any number of other blocks can be folded with. README.md says why it misses nothing.

#include <algorithm>
#include <memory>

#include "contract.hpp"
#include "math/number_text.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"
#include "search/strategies/colossally_abundant/genesis.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/window.hpp"
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

/// Reads the tally of the windows of [begin, end) window by window.
class WindowReader {
 public:
  WindowReader(const Tally& tally, std::uint64_t begin) : tally_(tally), at_(begin) {}

  [[nodiscard]] std::uint64_t at() const { return at_; }
  WindowTally next(std::uint64_t end) {
    ROBIN_ASSERT(index_ + numbers_a_window <= tally_.size(), "a tally covers its block");
    const WindowTally window{at_, std::min(window_end(at_), end), tally_[index_], tally_[index_ + 1],
                             tally_[index_ + 2]};
    index_ += numbers_a_window;
    at_ = window.end;
    return window;
  }

 private:
  const Tally& tally_;
  std::uint64_t at_;
  std::size_t index_ = 0;
};

/// Adds up windows and their higher steps, and bounds the margin.
struct Run {
  explicit Run(std::uint64_t begin) : bounding(begin) {}
  PrimeSums primes;
  StepSums sums;
  MarginBounding bounding;
};

class BlockBuilder {
 public:
  BlockBuilder(std::uint64_t begin, std::uint64_t end, const Tally& tally)
      : begin_(begin),
        end_(end),
        reader_(tally, std::max(begin, windows_begin)),
        higher_(higher_steps(std::max(begin, std::min(windows_begin, end)), end)) {}

  BlockCertificate windows() {
    choose_slices();
    Run run(begin_);
    take(run, end_);
    result_.bound = std::move(run.bounding).finish();
    return finish();
  }

  /// From 2 on, step by step; beyond 2^20 in runs short enough for sharp bounds, folded at once.
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
    name_higher_steps(higher_steps(begin_, walk_end));
    result_.slices.push_back({walk_end, walk.primes, walk.sums});
    choose_slices();
    StepSums total = walk.before;
    total += walk.sums;
    while (reader_.at() < end_) {
      const std::uint64_t run_begin = reader_.at();
      Run run(run_begin);
      take(run, std::min(end_, window_end(run_begin + run_begin / longest_share)));
      const auto margin = interpolate(std::move(run.bounding).finish(), run_begin, total.log_lo, total.log_hi);
      ROBIN_ASSERT(margin, "L is within sqrt(x) of x here (ALGORITHMS.md, The fold)");
      result_.margin =
          lesser(result_.margin, {margin->value - static_cast<int128>(total.abundancy_hi), margin->window});
      total += run.sums;
    }
    return finish();
  }

 private:
  void choose_slices() {
    const std::uint64_t begin = reader_.at();
    const std::size_t free = slices_max - result_.slices.size();
    slice_length_ = begin < end_ ? (end_ - begin) / free + 1 : 1;
    slice_end_ = begin + slice_length_;
  }

  void take(Run& run, std::uint64_t end) {
    while (reader_.at() < end) {
      const WindowTally window = reader_.next(end_);
      StepSums sums = enclose_(window);
      for (; next_higher_ < higher_.size() && higher_[next_higher_].floor < window.end; ++next_higher_) {
        const HigherStep& step = higher_[next_higher_];
        sums += sums_of_step(step.prime, step.exponent);
        result_.higher_steps.emplace_back(step.prime, step.exponent);
      }
      const PrimeSums primes{window.count, window.prime_sum()};
      run.primes += primes;
      run.sums += sums;
      run.bounding.add(window.begin, sums);
      result_.primes += primes;
      result_.sums += sums;
      add_to_slice(window.end, primes, sums);
    }
  }

  void add_to_slice(std::uint64_t end, const PrimeSums& primes, const StepSums& sums) {
    slice_.primes += primes;
    slice_.sums += sums;
    if (end >= slice_end_ || end == end_) {
      slice_.end = end;
      result_.slices.push_back(std::exchange(slice_, {}));
      while (slice_end_ <= end) {
        slice_end_ += slice_length_;
      }
    }
  }

  void name_higher_steps(const std::vector<HigherStep>& steps) {
    for (const auto& step : steps) {
      result_.higher_steps.emplace_back(step.prime, step.exponent);
    }
  }

  BlockCertificate finish() { return std::move(result_); }

  std::uint64_t begin_;
  std::uint64_t end_;
  WindowReader reader_;
  std::vector<HigherStep> higher_;
  std::size_t next_higher_ = 0;
  WindowEnclosures enclose_;
  std::uint64_t slice_length_ = 1;
  std::uint64_t slice_end_ = 0;
  SliceSums slice_{};
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
