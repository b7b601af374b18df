#include "horizon/fixed_sums.hpp"

#include "core/contract.hpp"

namespace robin::horizon {

using math::Integer;
using math::Interval;

/// 2 (x + x^3/3 + x^5/5 + ...), x = num/den <= 1/3. Each power is floored: it lacks less than 1/(1 - x^2) <= 9/8 of a
/// unit, its term less than 2 after a second floor; what follows the last term that is not 0 is less than 2.
Fixed two_artanh(const Integer& num, const Integer& den, unsigned bits) {
  ROBIN_ASSERT(num > Integer(0) && num * Integer(3) <= den, "the series falls fast");
  const Integer num_squared = num * num;
  const Integer den_squared = den * den;
  Integer power = (num * Integer::power(2, bits + 1)).floor_divided_by(den);
  Fixed sum{power, 4};
  for (std::uint64_t i = 3; power > Integer(0); i += 2) {
    power = (power * num_squared).floor_divided_by(den_squared);
    sum.lower += power.floor_divided_by(Integer(i));
    sum.error += 2;
  }
  return sum;
}

void FixedSums::add(const Fixed& number) {
  lower_.push_back(lower_.back() + number.lower);
  error_.push_back(error_.back() + number.error);
}

Interval FixedSums::between(std::size_t begin, std::size_t end, const Arithmetic& at) const {
  const Integer unit = Integer::power(2, bits_);
  const Integer difference = lower_[end] - lower_[begin];
  return Interval::hull(at.ratio(difference - Integer(error_[begin]), unit),
                        at.ratio(difference + Integer(error_[end]), unit));
}

}  // namespace robin::horizon
