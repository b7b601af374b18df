#include "search/strategies/superabundant/exponent_table.hpp"

#include "math/factorization.hpp"
#include "math/interval.hpp"
#include "math/primes.hpp"

namespace robin::search {
namespace {

using math::Integer;
using math::Interval;

constexpr math::PrecisionBits precision{80};

ExponentTable::Entry enclosed(const Integer& n, const Integer& sigma) {
  const Interval abundancy = Interval::from_ratio(sigma, n, precision);
  return {Interval::log(Interval::from(n, precision), precision).lower_double(), abundancy.lower_double(),
          Interval::log(abundancy, precision).lower_double()};
}

}  // namespace

ExponentTable::ExponentTable(std::uint32_t level)
    : primes_(math::first_primes(level)), cumulated_{{0.0, 1.0, 0.0}}, inverse_{1.0} {
  Integer primorial(1);
  Integer sigma(1);
  for (std::uint32_t i = 0; i < level; ++i) {
    const Integer prime(primes_[i]);
    rows_.push_back(entries_.size());
    entries_.push_back({0.0, 1.0, 0.0});
    Integer power(1);
    Integer sigma_of_power(1);
    for (std::uint32_t e = 1; e <= exponent_max(i); ++e) {
      power *= prime;
      sigma_of_power += power;
      entries_.push_back(enclosed(power, sigma_of_power));
    }
    primorial *= prime;
    sigma *= prime + Integer(1);
    cumulated_.push_back(enclosed(primorial, sigma));
    inverse_.push_back(Interval::from_ratio(primorial, sigma, precision).lower_double());
  }
}

}  // namespace robin::search
