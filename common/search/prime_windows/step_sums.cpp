#include "search/prime_windows/step_sums.hpp"

#include "core/contract.hpp"

namespace robin::search::prime_windows {
namespace {

using math::Integer;
using math::Interval;

uint128 unsigned_value(const Integer& value) {
  const auto fixed = value.to_uint128();
  ROBIN_ASSERT(fixed, "a fixed-point number has at most 128 bits and is not negative");
  return *fixed;
}

}  // namespace

Interval fixed_interval(uint128 lo, uint128 hi, unsigned bits) {
  const Integer unit = Integer::power(2, bits);
  return Interval::hull(Interval::from_ratio(Integer::from_uint128(lo), unit, precision),
                        Interval::from_ratio(Integer::from_uint128(hi), unit, precision));
}

uint128 lower_fixed(const Interval& value, unsigned bits) { return unsigned_value(value.lower_scaled(bits)); }
uint128 upper_fixed(const Interval& value, unsigned bits) { return unsigned_value(value.upper_scaled(bits)); }

}  // namespace robin::search::prime_windows
