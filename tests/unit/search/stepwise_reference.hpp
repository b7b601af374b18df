#pragma once

// The colossally abundant numbers step by step from their definition, with Arb: no windows, no shortcuts. The second
// algorithm for the strategy's tests.

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "math/ball.hpp"
#include "math/factorization.hpp"
#include "math/primes.hpp"
#include "search/prime_windows/step_sums.hpp"

namespace robin::search::colossally_abundant::stepwise_reference {

inline constexpr slong arb_bits = 128;

/// Where windows are compared with what Arb adds up: where they begin, about 2^31, where the count of digits changes,
/// and as far as primes are listed in no time.
inline constexpr std::array<std::uint64_t, 6> heights_of_windows = {std::uint64_t{1} << 20U, std::uint64_t{1} << 31U,
                                                                    9'990'000'000,           10'010'000'000,
                                                                    1'000'000'000'000,       1'000'000'000'000'000};

using math::Ball;

/// F(q, k) by its definition, where the sum q + ... + q^k is a ball.
inline void parameter_of(Ball& result, std::uint64_t q, std::uint32_t k) {
  Ball sum;
  Ball log_q;
  for (std::uint32_t i = 0; i < k; ++i) {
    arb_add_ui(sum, sum, 1, arb_bits);
    arb_mul_ui(sum, sum, q, arb_bits);
  }
  arb_inv(sum, sum, arb_bits);
  arb_log1p(result, sum, arb_bits);
  arb_log_ui(log_q, q, arb_bits);
  arb_div(result, result, log_q, arb_bits);
}

struct Step {
  std::uint64_t prime;
  std::uint32_t exponent;
  double approximate;
};

/// All steps with a position below `end`, by decreasing F: every prime up to `end`, and of each the powers that come in
/// time, sorted by enclosures.
inline std::vector<Step> steps_by_definition(std::uint64_t end) {
  Ball last;
  parameter_of(last, end, 1);
  std::vector<Step> steps;
  for (const std::uint64_t q : math::primes_in(2, end)) {
    for (std::uint32_t k = 1;; ++k) {
      Ball parameter;
      parameter_of(parameter, q, k);
      if (arb_gt(parameter, last) == 0) {
        break;
      }
      steps.push_back({q, k, arf_get_d(arb_midref(static_cast<arb_srcptr>(parameter)), ARF_RND_NEAR)});
    }
  }
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    if (std::abs(a.approximate - b.approximate) > 1e-12 * a.approximate) {
      return a.approximate > b.approximate;
    }
    Ball of_a;
    Ball of_b;
    parameter_of(of_a, a.prime, a.exponent);
    parameter_of(of_b, b.prime, b.exponent);
    return arb_gt(of_a, of_b) != 0;
  });
  return steps;
}

/// L, S and the margin after each step, by Arb.
class Walk {
 public:
  void take(const Step& step) {
    Ball log_q;
    Ball growth;
    arb_log_ui(log_q, step.prime, arb_bits);
    arb_add(log_, log_, log_q, arb_bits);
    parameter_of(growth, step.prime, step.exponent);
    arb_mul(growth, growth, log_q, arb_bits);
    arb_add(abundancy_, abundancy_, growth, arb_bits);
  }
  /// gamma + log log L - S, near its midpoint.
  double margin() const {
    Ball value;
    Ball gamma;
    arb_log(value, log_, arb_bits);
    arb_log(value, value, arb_bits);
    arb_const_euler(gamma, arb_bits);
    arb_add(value, value, gamma, arb_bits);
    arb_sub(value, value, abundancy_, arb_bits);
    return arf_get_d(arb_midref(static_cast<arb_srcptr>(value)), ARF_RND_NEAR);
  }
  /// Whether [lo, hi] 2^-bits meets the ball.
  static bool overlaps(const Ball& ball, uint128 lo, uint128 hi, slong bits) {
    Ball other;
    Ball end;
    const auto set = [bits](Ball& to, uint128 value) {
      arb_set_ui(to, static_cast<ulong>(value >> 64U));
      arb_mul_2exp_si(to, to, 64);
      Ball low;
      arb_set_ui(low, static_cast<ulong>(value));
      arb_add(to, to, low, 256);
      arb_mul_2exp_si(to, to, -bits);
    };
    set(other, lo);
    set(end, hi);
    arb_union(other, other, end, 256);
    return arb_overlaps(other, ball) != 0;
  }
  bool meets(const StepSums& sums) const {
    return overlaps(log_, sums.log_lo, sums.log_hi, log_bits) &&
           overlaps(abundancy_, sums.growth_lo, sums.growth_hi, growth_bits);
  }

 private:
  Ball log_;
  Ball abundancy_;
};

/// The number after the first `count` steps.
inline math::Factorization number_after(const std::vector<Step>& steps, std::size_t count) {
  const auto primes = math::primes_in(2, steps.back().prime + 1);
  std::vector<std::uint32_t> exponents(primes.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = std::lower_bound(primes.begin(), primes.end(), steps[i].prime) - primes.begin();
    exponents[static_cast<std::size_t>(at)] = steps[i].exponent;
  }
  return math::Factorization::from_exponents(exponents, primes);
}

}  // namespace robin::search::colossally_abundant::stepwise_reference
