#include "flow/loops/synthetic.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/contract.hpp"
#include "math/interval.hpp"
#include "math/number_text.hpp"

namespace robin::flow {
namespace {

using core::Parsed;
using core::Refusal;
using search::Block;
using search::Parameters;
using search::Position;
using search::uint128;

constexpr std::uint64_t positions_end = std::uint64_t{1} << 62U;
/// A block takes no longer than a day.
constexpr std::uint64_t milliseconds_max = 86'400'000;

/// A slice takes so long at least, if its block does: many short waits would be longer than one.
constexpr std::chrono::nanoseconds slice_time = std::chrono::milliseconds(50);

/// How long a position takes.
std::chrono::nanoseconds time_of_position(const Parameters& parameters) {
  const double milliseconds = math::Interval::from(parameters.threshold, {64}).lower_double();
  return std::chrono::nanoseconds(std::llround(milliseconds * 1e6 / synthetic_block_positions));
}

class Synthetic final : public search::Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return synthetic_strategy; }
  [[nodiscard]] Position first() const override { return {0}; }
  [[nodiscard]] Position end_max() const override { return {positions_end}; }
  [[nodiscard]] uint128 candidates_max(const Parameters& /*parameters*/) const override {
    return synthetic_block_positions;
  }
  [[nodiscard]] bool finds_best() const override { return false; }
  [[nodiscard]] search::Description description() const override {
    return {"nothing: its blocks wait", "no inequality", "100", search::Plot::Witnesses};
  }

  [[nodiscard]] Parsed<Position> parse(std::string_view text) const override {
    const auto number = math::parse_integer(text);
    const auto* n = core::accepted(number);
    if (n == nullptr) {
      return Refusal{core::refusal_reason(number)};
    }
    const auto ordinal = n->to_uint128();
    if (!ordinal || *ordinal > positions_end) {
      return Refusal{"positions of strategy synthetic go from 0 to 2^62"};
    }
    return Position{*ordinal};
  }
  [[nodiscard]] std::string text(Position position) const override {
    return std::to_string(static_cast<std::uint64_t>(position.ordinal));
  }

  [[nodiscard]] std::optional<Refusal> refuse(const Parameters& parameters) const override {
    if (parameters.mode != search::Mode::Complete || parameters.digest != search::DigestKind::Exact) {
      return Refusal{"strategy synthetic knows only --mode complete and --digest exact"};
    }
    if (math::Integer(milliseconds_max) * parameters.threshold.denominator() < parameters.threshold.numerator()) {
      return Refusal{"a block of strategy synthetic takes at most 86400000 milliseconds (--threshold)"};
    }
    return std::nullopt;
  }

  /// Always the same blocks, whatever size is asked for.
  [[nodiscard]] Position block_end(Position search_begin, Position begin, std::optional<uint128> /*size*/,
                                   const Parameters& /*parameters*/) const override {
    const uint128 done = (begin.ordinal - search_begin.ordinal) % synthetic_block_positions;
    return {std::min<uint128>(positions_end, begin.ordinal + synthetic_block_positions - done)};
  }
  [[nodiscard]] Position slice_end(Position begin, const Parameters& parameters) const override {
    const std::int64_t position = time_of_position(parameters).count();
    const auto positions =
        position == 0 ? synthetic_block_positions : static_cast<std::uint64_t>((slice_time.count() - 1) / position + 1);
    return {begin.ordinal + std::min(positions, synthetic_block_positions)};
  }

  [[nodiscard]] search::Slice examine(const Block& slice, const Parameters& parameters) const override {
    ROBIN_ASSERT(!search::refuse_block(*this, slice, parameters), "only a range that may be examined is examined");
    const auto span = time_of_position(parameters) * static_cast<std::int64_t>(slice.length());
    if (span.count() > 0) {
      std::this_thread::sleep_for(span);  // this is what it is for
    }
    search::Slice result;
    result.findings.candidates = slice.length();
    return result;
  }
};

}  // namespace

search::Strategies fleet_strategies() {
  search::Strategies all;
  all.add(std::make_unique<Synthetic>());
  return all;
}

}  // namespace robin::flow
