#pragma once

// Robin's margin and the function g of common/horizon/ALGORITHMS.md by their definitions, in long double, over a list
// of primes: what the bounds must not exceed. Slow and plain.

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

#include "math/primes.hpp"

namespace robin::testing_support {

class Definition {
 public:
  /// For t <= end.
  explicit Definition(std::uint64_t end) {
    for (const auto p : math::primes_in(2, end + 1000)) {
      primes_.push_back({static_cast<long double>(p), std::log(static_cast<long double>(p))});
    }
  }

  struct Sums {
    /// Of the number that takes every (p, k) worth its price: log n and log(sigma(n)/n).
    long double log_n = 0;
    long double growth = 0;
    /// M(t).
    long double benefit = 0;
    /// D(t).
    long double difference = 0;
  };
  [[nodiscard]] Sums at(long double t) const {
    const long double price = 1 / (t * std::log(t));
    Sums sums;
    for (const auto& [p, log_p] : primes_) {
      const long double c = price * log_p;
      if (p > t && std::log1p(1 / p) <= c) {
        break;
      }
      long double power = p;
      long double sum = p;
      for (int k = 1; 1 / power > least; ++k) {
        const long double d = std::log1p(1 / sum);
        const long double e = 1 / (k * power);
        if (d > c) {
          sums.log_n += log_p;
          sums.growth += d;
          sums.benefit += d - c;
        }
        if (p <= t) {
          sums.difference += std::min(d, c) - std::min(e, c);
        }
        power *= p;
        sum += power;
      }
    }
    return sums;
  }

  [[nodiscard]] static long double margin(const Sums& sums) {
    return gamma + std::log(std::log(sums.log_n)) - sums.growth;
  }
  [[nodiscard]] static long double g(long double t, const Sums& sums) {
    return gamma + std::log(std::log(t)) - 1 / std::log(t) - sums.benefit;
  }

 private:
  static constexpr long double gamma = 0.57721566490153286060651209008240243L;
  /// Terms below do not show in sums of a hundred thousand.
  static constexpr long double least = 1e-21L;
  struct Prime {
    long double p;
    long double log_p;
  };
  std::vector<Prime> primes_;
};

using Complex = std::complex<long double>;

/// J_rho(u), the integral of exp(-(1 - rho) s) (1/s + 1/s^2) over s >= u, by parts again and again.
inline Complex tail_integral(const Complex& rho, long double u) {
  const Complex z = 1.0L - rho;
  Complex sum = 0;
  Complex inverse = 1.0L / z;
  long double factorial = 1;
  for (int k = 0; k < 12; ++k) {
    const auto next = static_cast<long double>(k + 1);
    sum += inverse * (factorial * (1 + next / u) / std::pow(u, next));
    inverse /= -z;
    factorial *= next;
  }
  return std::exp(-z * u) * sum;
}

/// `count` numbers from `from` to `to`, each the same factor above the one before.
inline std::vector<long double> spread_out(long double from, long double to, int count) {
  std::vector<long double> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(from * std::pow(to / from, static_cast<long double>(i) / static_cast<long double>(count - 1)));
  }
  return all;
}

}  // namespace robin::testing_support
