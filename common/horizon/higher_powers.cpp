#include "horizon/higher_powers.hpp"

#include <algorithm>

#include "math/primes.hpp"

namespace robin::horizon {
namespace {

using math::Integer;
using math::Interval;

/// Cubes and higher powers beyond add nothing that shows in the bound.
constexpr std::uint64_t cubes_below_max = std::uint64_t{1} << 17U;
constexpr std::uint64_t rest_below_max = std::uint64_t{1} << 14U;
constexpr unsigned exponent_max = 40;

/// A logarithm is the sum of up to 10^5 steps, each some units off, and theta the sum of as many logarithms.
constexpr unsigned guard_bits = 64;

}  // namespace

HigherPowers::HigherPowers(std::uint64_t squares_below, const Arithmetic& at)
    : at_(at), bits_(static_cast<unsigned>(at.precision().value) + guard_bits), theta_(bits_) {
  if (squares_below == 0) {
    return;
  }
  primes_ = math::primes_in(2, squares_below);
  std::vector<Fixed> log;
  Fixed log_p{Integer(0), 0};
  std::uint64_t before = 1;
  for (const std::uint64_t p : primes_) {
    const Fixed step = two_artanh(Integer(p - before), Integer(p + before), bits_);
    log_p = {log_p.lower + step.lower, log_p.error + step.error};
    log.push_back(log_p);
    theta_.add(log_p);
    before = p;
  }
  for (unsigned k = 2; k <= exponent_max; ++k) {
    const std::uint64_t below = k == 2 ? squares_below : k == 3 ? cubes_below_max : rest_below_max;
    layers_.push_back(layer(k, std::min(squares_below, below), log));
  }
}

HigherPowers::Layer HigherPowers::layer(unsigned k, std::uint64_t below, const std::vector<Fixed>& log) const {
  constexpr math::PrecisionBits of_doubles{64};
  Layer result{{}, {}, {}, FixedSums(bits_), FixedSums(bits_)};
  const Integer unit = Integer::power(2, bits_);
  for (std::size_t i = 0; i < primes_.size() && primes_[i] < below; ++i) {
    const Integer p(primes_[i]);
    const Integer power = Integer::power(p, k);
    const Integer all = (power * p - p).divided_exactly_by(p - Integer(1));  // p + ... + p^k
    const Fixed d = two_artanh(Integer(1), all + all + Integer(1), bits_);
    const Fixed e{unit.floor_divided_by(power * Integer(k)), 1};
    result.e.add(e);
    result.gain.add({d.lower - e.lower - Integer(e.error), d.error + e.error});
    result.price_lo.push_back(
        Interval::from_ratio(d.lower, log[i].lower + Integer(log[i].error), of_doubles).lower_double());
    result.price_hi.push_back(
        Interval::from_ratio(d.lower + Integer(d.error), log[i].lower, of_doubles).upper_double());
    result.power_lo.push_back(Interval::from(power, of_doubles).lower_double());
  }
  return result;
}

Interval HigherPowers::sum(const Interval& y, const Interval& b, const Interval& price) const {
  Interval total = at_.zero();
  const double y_lo = y.lower_double();
  const auto primes = static_cast<std::size_t>(
      std::partition_point(primes_.begin(), primes_.end(),
                           [y_lo](std::uint64_t p) { return static_cast<double>(p) <= y_lo; }) -
      primes_.begin());
  for (const Layer& one : layers_) {
    total = at_.add(total, sum(one, std::min(primes, one.e.size()), b.upper_double(), price));
  }
  return total;
}

/// p^k <= b: nothing. Beyond, c - e as long as c < d, then d - e. Both borders are those of a sequence that goes one
/// way only, so that it is enough to know on which side one prime lies; where that is open the prime is dropped.
Interval HigherPowers::sum(const Layer& layer, std::size_t primes, double b, const Interval& price) const {
  const auto index = [primes](const std::vector<double>& all, auto is_before) {
    return static_cast<std::size_t>(
        std::partition_point(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(primes), is_before) - all.begin());
  };
  const double price_lo = price.lower_double();
  const double price_hi = price.upper_double();
  const std::size_t first = index(layer.power_lo, [b](double power) { return power <= b; });
  const std::size_t middle = std::max(first, index(layer.price_lo, [price_hi](double d) { return d > price_hi; }));
  const std::size_t last = std::max(middle, index(layer.price_hi, [price_lo](double d) { return d > price_lo; }));
  Interval total = layer.gain.between(last, primes, at_);
  if (first < middle) {
    const Interval cost = at_.mul(price, theta_.between(first, middle, at_));
    total = at_.add(total, at_.sub(cost, layer.e.between(first, middle, at_)));
  }
  return total;
}

}  // namespace robin::horizon
