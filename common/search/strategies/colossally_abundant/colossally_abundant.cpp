// The strategy colossally-abundant: a position is a number x, a block owns the steps with positions in [A, B), and its
// result is a certificate that any number of other blocks can be folded with. README.md says why it misses nothing.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "contract.hpp"
#include "math/number_text.hpp"
#include "math/primes.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "search/strategies/colossally_abundant/close_look.hpp"
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
constexpr std::uint64_t block_length_max = std::uint64_t{1} << 36U;

std::uint64_t as_x(Position position) { return static_cast<std::uint64_t>(position.ordinal); }

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
    const std::uint64_t slice_length = (end_ - begin) / (slices_max - result_.slices.size()) + 1;
    std::uint64_t slice_end = begin + slice_length;
    SliceSums slice{};
    walk_windows(begin, end_, tally_, higher,
                 [&](const WindowTally& window, const StepSums& sums, std::span<const HigherStep> inside) {
                   visit(window, sums, inside);
                   slice.primes += {window.count, window.prime_sum()};
                   slice.sums += sums;
                   if (window.end < slice_end && window.end != end_) {
                     return;
                   }
                   slice.end = window.end;
                   result_.primes += slice.primes;
                   result_.sums += slice.sums;
                   result_.slices.push_back(std::exchange(slice, {}));
                   end_slice();
                   while (slice_end <= window.end) {
                     slice_end += slice_length;
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

/// Its blocks as a certificate that can be laid down and taken up.
class BlocksCertifier final : public Certifier {
 public:
  explicit BlocksCertifier(const Certificate& from) : fold_(from) {}

  [[nodiscard]] std::optional<Objection> advance(const Block& block, uint128 candidates,
                                                 const std::map<std::string, std::string>& extras) override {
    return fold_.advance(block, candidates, extras);
  }

  [[nodiscard]] std::map<std::string, std::string> state() const override {
    auto state = state_of(fold_.certificate());
    state["log_n"] = log_n_lo(fold_.certificate());
    if (const auto& margin = fold_.margin_of_last()) {
      state["block_margin"] = margin_text(*margin);
      state["block_margin_at"] = std::to_string(margin->at);
    }
    return state;
  }

 private:
  CertificateFold fold_;
};

class ColossallyAbundant final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "colossally-abundant"; }
  [[nodiscard]] Position first() const override { return {2}; }
  [[nodiscard]] Position end_max() const override { return {end_of_positions}; }
  [[nodiscard]] uint128 candidates_max(const Parameters& /*parameters*/) const override { return uint128{1} << 58U; }
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
    if (parameters.mode != Mode::Complete) {
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

  [[nodiscard]] Position block_end(Position /*search*/, Position begin, std::optional<uint128> size,
                                   const Parameters& /*parameters*/) const override {
    const std::uint64_t x = as_x(begin);
    if (x < windows_begin) {
      return {windows_begin};
    }
    const uint128 wanted = size.value_or(block_length_max);
    const auto length = static_cast<std::uint64_t>(std::min<uint128>(wanted, x / longest_share));
    const std::uint64_t rest = end_of_positions - x;
    return {std::min(end_of_positions, window_end(x + std::min(rest, length == 0 ? 0 : length - 1)))};
  }

  [[nodiscard]] Position slice_end(Position begin, const Parameters& /*parameters*/) const override {
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
    file(certificate, findings);
  }

  [[nodiscard]] Parsed<std::unique_ptr<Certifier>> certifier(
      const std::map<std::string, std::string>& state) const override {
    const auto from = state.empty() ? Parsed<Certificate>(Certificate{}) : certificate_from(state);
    if (const Certificate* certificate = math::accepted(from)) {
      return std::make_unique<BlocksCertifier>(*certificate);
    }
    return Refusal{math::refusal_reason(from)};
  }

  [[nodiscard]] std::optional<Refusal> refuse_refinement(
      const Block& block, const std::map<std::string, std::string>& origin) const override {
    const auto before = certificate_from(origin);
    if (math::accepted(before) == nullptr) {
      return Refusal{math::refusal_reason(before)};
    }
    if (math::accepted(before)->largest_position != as_x(block.begin) || as_x(block.begin) < windows_begin) {
      return Refusal{"a block that begins at 2^20 or above is refined from where it begins"};
    }
    return std::nullopt;
  }

  [[nodiscard]] Findings refine(const Block& block, const Parameters& parameters,
                                const std::map<std::string, std::string>& origin) const override {
    ROBIN_ASSERT(!refuse_refinement(block, origin), "only what may be refined is refined");
    Findings findings;
    const auto before = certificate_from(origin);
    const Tally tally = tally_windows(as_x(block.begin), as_x(block.end));
    file(BlockBuilder(as_x(block.begin), as_x(block.end), tally).refined(*math::accepted(before), parameters, findings),
         findings);
    return findings;
  }

 private:
  static void file(const BlockCertificate& certificate, Findings& findings) {
    findings.candidates = certificate.primes.count + certificate.higher_steps.size();
    findings.extras = to_extras(certificate);
  }
};

}  // namespace

std::unique_ptr<const Strategy> make_colossally_abundant() { return std::make_unique<ColossallyAbundant>(); }

}  // namespace robin::search
