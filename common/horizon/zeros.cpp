#include "horizon/zeros.hpp"

#include "core/contract.hpp"

namespace robin::horizon {

using math::Interval;

Interval sum_over_all_zeros(const Arithmetic& at) {
  return at.sub(at.add(at.number(2), at.gamma()), at.log(at.times(at.pi(), 4)));
}

/// (log(T/2 pi) + 1/(j-1))/(2 pi (j-1) T^(j-1)) + (2 R(T) + 1/(5j))/T^j, R(T) = 0.2 log T + 12.
Interval sum_over_zeros_above(std::uint64_t height, unsigned power, const Arithmetic& at) {
  ROBIN_ASSERT(height >= 3 && power >= 2, "Rosser's bound begins at e, and the sum over 1/gamma diverges");
  const Interval t = at.number(height);
  const Interval log_t = at.log(t);
  const Interval two_pi = at.times(at.pi(), 2);
  const Interval smooth = at.div(at.add(at.sub(log_t, at.log(two_pi)), at.ratio(1, power - 1)),
                                 at.mul(at.times(two_pi, power - 1), at.power(t, power - 1)));
  const Interval twice_r = at.times(at.add(at.mul(log_t, at.ratio(1, 5)), at.number(12)), 2);
  const Interval rough = at.div(at.add(twice_r, at.ratio(1, std::uint64_t{5} * power)), at.power(t, power));
  return at.add(smooth, rough);
}

}  // namespace robin::horizon
