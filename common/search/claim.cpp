#include "search/claim.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "math/robin.hpp"

namespace robin::search {
namespace {

/// Primes times bits: a second or two at the highest precision that they allow.
constexpr std::uint64_t prime_bits_max = std::uint64_t{1} << 31U;

/// Wider than any honest enclosure: that of a number of ten million primes, summed up in fixed point, has ten digits.
constexpr double width_max = 1e-6;

math::PrecisionRange precision_for(const math::Factorization& number) {
  std::uint64_t primes = 1;
  for (const auto& run : number.runs()) {
    primes += run.count;
  }
  math::PrecisionRange range;
  range.limit.value = std::clamp(static_cast<long>(prime_bits_max / primes), 2 * range.first.value, range.limit.value);
  return range;
}

double number_of(const std::string& decimal) { return std::strtod(decimal.c_str(), nullptr); }

}  // namespace

std::optional<math::Factorization> read_claimed(const std::string& factorization, const ClaimLimits& limits) {
  const auto cost = math::reading_cost(factorization);
  if (!cost || cost->factors > limits.factors || cost->prime_digits > limits.prime_digits ||
      cost->sieved > limits.sieved) {
    return std::nullopt;
  }
  const auto parsed = math::Factorization::parse(factorization);
  const auto* factors = core::accepted(parsed);
  return factors == nullptr ? std::nullopt : std::optional(*factors);
}

Standing judge(const Strategy& strategy, const std::string& factorization, const ClaimLimits& limits) {
  const auto number = read_claimed(factorization, limits);
  if (!number) {
    return Standing::Unread;
  }
  if (strategy.is_known_exception(*number)) {
    return Standing::Known;
  }
  switch (strategy.assess(*number, precision_for(*number)).verdict) {
    case math::Verdict::Violates:
      return Standing::Violates;
    case math::Verdict::Holds:
      return Standing::Holds;
    case math::Verdict::Undecided:
      break;
  }
  return Standing::Undecided;
}

std::optional<Witness> certified(const Strategy& strategy, const Witness& claimed, const math::Factorization& factors) {
  // Once at the first precision: a ratio is wanted, and no verdict.
  const math::PrecisionBits precision = math::PrecisionRange().first;
  auto found = Witness::from(factors, strategy.assess(factors, {precision, precision}).ratio);
  const bool meets = compare_decimals(claimed.ratio_lo, found.ratio_hi) <= 0 &&
                     compare_decimals(found.ratio_lo, claimed.ratio_hi) <= 0;
  const double width = number_of(claimed.ratio_hi) - number_of(claimed.ratio_lo);
  if (!meets || !(0 <= width && width <= width_max * std::max(1.0, std::abs(number_of(found.ratio_lo))))) {
    return std::nullopt;
  }
  const bool encloses = compare_decimals(claimed.ratio_lo, found.ratio_lo) <= 0 &&
                        compare_decimals(found.ratio_hi, claimed.ratio_hi) <= 0;
  return encloses ? claimed : std::move(found);
}

}  // namespace robin::search
