#include "search/prime_windows/windowed_strategy.hpp"

#include <algorithm>

#include "core/contract.hpp"
#include "math/number_text.hpp"
#include "math/prime_count.hpp"
#include "search/examine.hpp"
#include "search/prime_windows/number_words.hpp"

namespace robin::search::prime_windows {
namespace {

constexpr std::uint64_t end_of_positions = std::uint64_t{1} << 63U;
/// A block is short enough that what depends on L hardly changes inside.
constexpr std::uint64_t longest_share = 32;
/// About 10 to 30 s of one core at any height.
constexpr std::uint64_t block_length_max = std::uint64_t{1} << 36U;

std::optional<PrimeSums> primes_of(const Extras& extras) {
  PrimeSums primes;
  return read_words(extras, "primes", [&primes](NumberReader& reader) { primes = reader.primes(); })
             ? std::optional(primes)
             : std::nullopt;
}

}  // namespace

Position WindowedStrategy::end_max() const { return {end_of_positions}; }

Parsed<Position> WindowedStrategy::parse(std::string_view text) const {
  const auto number = math::parse_integer(text);
  const auto* x = core::accepted(number);
  if (x == nullptr) {
    return Refusal{core::refusal_reason(number)};
  }
  const auto ordinal = x->to_uint128();
  if (!ordinal || *ordinal < first().ordinal || *ordinal > end_of_positions) {
    return Refusal{"positions of strategy " + std::string(name()) + " go from 2 to 2^63"};
  }
  return Position{*ordinal};
}

std::string WindowedStrategy::text(Position position) const { return std::to_string(as_x(position)); }

std::optional<Refusal> WindowedStrategy::refuse(const Parameters& parameters) const {
  if (parameters.mode != Mode::Complete) {
    return Refusal{"strategy " + std::string(name()) + " knows only --mode complete"};
  }
  if (parameters.digest == DigestKind::Original) {
    return Refusal{"strategy " + std::string(name()) + " knows only --digest exact"};
  }
  return std::nullopt;
}

std::optional<Refusal> WindowedStrategy::refuse_range(const Block& block) const {
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

Position WindowedStrategy::block_end(Position /*search*/, Position begin, std::optional<uint128> size,
                                     const Parameters& /*parameters*/) const {
  const std::uint64_t x = as_x(begin);
  if (x < windows_begin) {
    return {windows_begin};
  }
  const uint128 wanted = size.value_or(block_length_max);
  const auto length = static_cast<std::uint64_t>(std::min<uint128>(wanted, x / longest_share));
  const std::uint64_t rest = end_of_positions - x;
  return {std::min(end_of_positions, window_end(x + std::min(rest, length == 0 ? 0 : length - 1)))};
}

Position WindowedStrategy::slice_end(Position begin, const Parameters& /*parameters*/) const {
  return {std::min<uint128>(slice_end_at(as_x(begin)), end_of_positions)};
}

Slice WindowedStrategy::examine(const Block& slice, const Parameters& parameters) const {
  ROBIN_ASSERT(!refuse(parameters), "only what may be examined is examined");
  Slice result;
  if (as_x(slice.begin) >= windows_begin) {
    result.tally = tally_windows(as_x(slice.begin), as_x(slice.end));
  }
  return result;
}

Parsed<std::unique_ptr<Certifier>> WindowedStrategy::certifier(const Extras& state) const {
  const auto from = state.empty() ? Parsed<Certificate>(Certificate{}) : certificate_from(state);
  if (const Certificate* certificate = core::accepted(from)) {
    return fold_from(*certificate);
  }
  return Refusal{core::refusal_reason(from)};
}

std::optional<Refusal> WindowedStrategy::refuse_refinement(const Block& block, const Extras& origin) const {
  const auto before = certificate_from(origin);
  if (core::accepted(before) == nullptr) {
    return Refusal{core::refusal_reason(before)};
  }
  if (core::accepted(before)->largest_position != as_x(block.begin) || as_x(block.begin) < windows_begin) {
    return Refusal{"a block that begins at 2^20 or above is refined from where it begins"};
  }
  return std::nullopt;
}

std::optional<Position> WindowedStrategy::part_end(const Block& block, Position begin,
                                                   const Parameters& /*parameters*/) const {
  return as_x(block.begin) < windows_begin ? block.end
                                           : Position{slice_end_in(as_x(block.begin), as_x(block.end), as_x(begin))};
}

std::string WindowedStrategy::contradiction(const Block& block, const Findings& stored, const Block& part,
                                            const Parameters& parameters) const {
  if (as_x(block.begin) < windows_begin) {
    std::string first;
    computes_again(*this, block, parameters, stored.candidates, exact_digest(*this, block, stored), stored.extras,
                   [&first](const std::string& what) { first = first.empty() ? what : first; });
    return first;
  }
  RunSums run;
  if (const auto refusal = read(stored.extras, run)) {
    return refusal->reason;
  }
  const auto again = slices_again(block, stored.extras, parameters);
  if (core::accepted(again) == nullptr) {
    return core::refusal_reason(again);
  }
  SliceAgain& slices = **core::accepted(again);
  if (stored.candidates != slices.steps() || !adds_up(block, run)) {
    return "its counts and slices do not add up";
  }
  if (slices.extras() != stored.extras) {
    return "it says more than its numbers, or in other words";
  }
  // Only a number without a margin is named, and then the block holds no longer.
  if ((!run.margin || run.margin->value > 0) &&
      !(stored.violations.empty() && stored.witnesses.empty() && stored.undecided.empty())) {
    return "it names numbers, and has a margin everywhere";
  }
  SliceClaim claim{as_x(block.begin), as_x(block.begin), 0, {}, {}, run.origin.value_or(StepSums{}), {}, 0, {}};
  for (std::size_t i = 0; i < run.slices.size(); ++i) {
    const SliceSums& slice = run.slices[i];
    claim.end = slice.end;
    if (Position{claim.end} == part.end && Position{claim.begin} == part.begin) {
      claim.primes = slice.primes;
      claim.sums = slice.sums;
      if (run.origin) {
        claim.primes_below = math::count_primes_again(as_x(block.begin) - 1);
        for (std::size_t before = 0; before < i; ++before) {
          claim.primes_below += run.slices[before].primes.count;
        }
      } else {
        claim.bound = run.slice_bounds[i];
      }
      const auto wrong = slices.differences(claim, [](const auto&, const auto&) {});
      // What belongs to no slice is looked at with the first one.
      return !wrong.empty() ? wrong.front() : i == 0 ? slices.whole_again() : std::string();
    }
    claim.inside += slice.sums;
    claim.before += slice.sums;
    claim.begin = slice.end;
  }
  return "it is cut into other slices than [" + text(part.begin) + ", " + text(part.end) + ")";
}

std::vector<Position> WindowedStrategy::where_they_differ(const Block& block, const Findings& one,
                                                          const Findings& other) const {
  if (as_x(block.begin) < windows_begin) {
    return {};
  }
  // What cannot be read, or belongs to no slice, is looked at with the first one.
  std::vector<Position> places = {block.begin};
  RunSums run;
  RunSums run_of_other;
  if (read(one.extras, run) || read(other.extras, run_of_other)) {
    return places;
  }
  const auto bound = [](const RunSums& of, std::size_t i) {
    return i < of.slice_bounds.size() ? std::optional(of.slice_bounds[i]) : std::nullopt;
  };
  // A bound follows from the sums before its slice: behind other sums it is another one.
  bool are_sums_equal = true;
  Position begin = block.begin;
  for (std::size_t i = 0; i < std::min(run.slices.size(), run_of_other.slices.size()); ++i) {
    if (run.slices[i] != run_of_other.slices[i]) {
      are_sums_equal = false;
      places.push_back(begin);
    } else if (are_sums_equal && bound(run, i) != bound(run_of_other, i)) {
      places.push_back(begin);
    }
    begin = {run.slices[i].end};
  }
  return places;
}

Details WindowedStrategy::details(const Parameters& /*parameters*/, const Extras& extras) const {
  const auto primes = primes_of(extras);
  if (!primes) {
    return {};
  }
  return {{{"prime_count", uint128{primes->count}}, {"prime_sum", primes->sum}},
          {{"primes", math::grouped(primes->count) + ", their sum " + math::grouped(primes->sum)}}};
}

Extras WindowedStrategy::added(const Extras& run, const Extras& next) const {
  auto sum = primes_of(run);
  const auto more = primes_of(next);
  if (!sum || !more) {
    return {};
  }
  *sum += *more;
  return {{"primes", words_of(*sum)}};
}

}  // namespace robin::search::prime_windows
