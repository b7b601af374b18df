#include "search/strategies/colossally_abundant/step_sums.hpp"

#include "contract.hpp"
#include "math/bar.hpp"
#include "search/strategies/colossally_abundant/fixed_log.hpp"

namespace robin::search::colossally_abundant {
namespace {

using math::Integer;
using math::Interval;

uint128 unsigned_value(const Integer& value) {
  const auto fixed = value.to_uint128();
  ROBIN_ASSERT(fixed, "a fixed-point number has at most 128 bits and is not negative");
  return *fixed;
}

}  // namespace

int128 log_log_floor(uint128 log_sum) {
  constexpr uint128 fast_from = uint128{1} << (log_bits + 8U);
  if (log_sum >= fast_from) {
    const Fixed log_n = fixed_log(log_sum, log_bits);
    const Fixed log_log_n = fixed_log(static_cast<uint128>(log_n.lo), fine_log_bits);
    const uint128 gamma = lower_fixed(math::bar(precision), abundancy_bits);
    return static_cast<int128>(gamma) + (log_log_n.lo << (abundancy_bits - fine_log_bits));
  }
  static const Integer unit = Integer::power(2, log_bits);
  const Interval log_n = Interval::from_ratio(Integer::from_uint128(log_sum), unit, precision);
  const Interval value =
      Interval::add(math::bar(precision), Interval::log(Interval::log(log_n, precision), precision), precision);
  // gamma + log log L > 0 for L > 1.76; below, the value may be negative.
  if (value.certainly_positive()) {
    return static_cast<int128>(lower_fixed(value, abundancy_bits));
  }
  const Interval shifted = Interval::add(value, Interval::from(Integer(64), precision), precision);
  return static_cast<int128>(lower_fixed(shifted, abundancy_bits)) - (int128{64} << abundancy_bits);
}

uint128 lower_fixed(const Interval& value, unsigned bits) { return unsigned_value(value.lower_scaled(bits)); }
uint128 upper_fixed(const Interval& value, unsigned bits) { return unsigned_value(value.upper_scaled(bits)); }

}  // namespace robin::search::colossally_abundant
