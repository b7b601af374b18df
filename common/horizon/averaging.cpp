#include "horizon/averaging.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace robin::horizon {

using math::Integer;
using math::Interval;

Interval Averaging::width(math::PrecisionBits precision) const {
  return Interval::from_ratio(Integer(numerator), Integer::power(10, scale), precision);
}

std::string Averaging::width_text() const {
  std::string digits = std::to_string(numerator);
  const auto exponent = static_cast<int>(digits.size()) - 1 - static_cast<int>(scale);
  if (digits.size() > 1) {
    digits.insert(1, ".");
  }
  return digits + "e" + std::to_string(exponent);
}

Averaging best_averaging(std::uint64_t height) {
  const auto t = static_cast<double>(height);
  const double density = std::log(t / (2 * std::numbers::pi)) / (2 * std::numbers::pi);
  // With S the sum over the zeros above T, about density/((j - 1) T^(j-1)) for j = m + 2, the two losses S/a^m and
  // m a^2/6 are least together at a^(m+2) = 3 S.
  double least = std::numeric_limits<double>::infinity();
  Averaging best;
  for (unsigned m = 1; m <= terms_max; ++m) {
    const double j = m + 2;
    const double log_s = std::log(density / (j - 1)) - (j - 1) * std::log(t);
    const double exponent = std::floor((std::log(3) + log_s) / j / std::numbers::ln10) - 2;
    const double digits = std::round(std::exp((std::log(3) + log_s) / j - exponent * std::numbers::ln10));
    const double log_a = std::log(digits) + exponent * std::numbers::ln10;
    const double loss = std::exp(log_s - m * log_a) + m * std::exp(2 * log_a) / 6;
    if (loss < least) {
      least = loss;
      best = {m, static_cast<std::uint64_t>(digits), static_cast<unsigned>(-exponent)};
    }
  }
  return best;
}

}  // namespace robin::horizon
