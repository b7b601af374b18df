#include "search/strategies/colossally_abundant/higher_step.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/contract.hpp"
#include "math/primes.hpp"
#include "search/prime_windows/fixed_log.hpp"

namespace robin::search::colossally_abundant {
namespace {

using math::Integer;
using math::Interval;
using math::PrecisionBits;

constexpr std::uint64_t position_end = std::uint64_t{1} << 63U;
constexpr PrecisionBits first_precision{192};
constexpr PrecisionBits precision_max{6144};

/// q + q^2 + ... + q^k.
Integer power_sum(std::uint64_t q, std::uint32_t k) {
  Integer sum;
  for (std::uint32_t i = 0; i < k; ++i) {
    sum = (sum + Integer(1)) * Integer(q);
  }
  return sum;
}

/// log(1 + 1/s) = log((s + 1)/s).
Interval log_of_growth(const Integer& sum, PrecisionBits bits) {
  return Interval::log(Interval::from_ratio(sum + Integer(1), sum, bits), bits);
}

constexpr std::uint64_t quick_from = std::uint64_t{1} << 22U;
constexpr std::uint64_t quick_limit = std::uint64_t{1} << 62U;

/// F(q, k) = f(s)/(s log q) with s = q + ... + q^k and f(s) = s log(1 + 1/s). So F(q, k) > F(y, 1) if and only if
/// y log(y) f(s) > s log(q) f(y): compared in integers of 128 bits, for s and y in [2^22, 2^62). nullopt where the two
/// are too close to tell.
std::optional<bool> lies_below_quickly(std::uint64_t q, std::uint64_t s, std::uint64_t y) {
  constexpr unsigned drop = fine_log_bits - 57;  // logarithms are below 44, so they fit 63 bits
  // 1 - f(n) = 1/(2n) - 1/(3n^2) + ..., in units of 2^-64; roundings, and what is left out, are below 3 units.
  const auto lost = [](std::uint64_t n) {
    constexpr uint128 one = uint128{1} << 64U;
    return (one / n) / 2 - (one / n) / n / 3;
  };
  // n log f, up to 3 units of f, and one unit of the high word times 1 - f < 2^41.
  const auto product = [](std::uint64_t n, int128 log, uint128 lost_there) {
    const uint128 whole = uint128{n} * static_cast<std::uint64_t>(log);
    return whole - (whole >> 64U) * lost_there;
  };
  const Fixed log_y = fixed_log(y);
  const Fixed log_q = fixed_log(q);
  const uint128 lost_s = lost(s);
  const uint128 lost_y = lost(y);
  const uint128 least = product(y, log_y.lo >> drop, lost_s);
  const uint128 most = product(y, (log_y.hi >> drop) + 1, lost_s);
  const uint128 least_there = product(s, log_q.lo >> drop, lost_y);
  const uint128 most_there = product(s, (log_q.hi >> drop) + 1, lost_y);
  const uint128 error = ((most + most_there) >> 61U) + (uint128{1} << 43U);
  if (least > most_there + error) {
    return true;
  }
  if (most + error < least_there) {
    return false;
  }
  return std::nullopt;
}

/// q + ... + q^k, or 2^62 if it is more.
std::uint64_t power_sum_up_to_limit(std::uint64_t q, std::uint32_t k) {
  uint128 sum = 0;
  for (std::uint32_t i = 0; i < k && sum < quick_limit; ++i) {
    sum = (sum + 1) * q;
  }
  return static_cast<std::uint64_t>(std::min<uint128>(sum, quick_limit));
}

/// The same for any s and y, if an answer is near at hand; k >= 2.
std::optional<bool> quick_answer(std::uint64_t q, std::uint32_t k, std::uint64_t y) {
  constexpr std::uint64_t far_below_limit = std::uint64_t{1} << 55U;
  const std::uint64_t sum = power_sum_up_to_limit(q, k);
  if (y < quick_from || y >= quick_limit) {
    return std::nullopt;
  }
  if (sum == quick_limit) {
    // F(q, k) < 1/(s log 2) < 2^-61.4, and F(y, 1) > 0.9/(y log y) > 2^-60.5.
    return y < far_below_limit ? std::optional(false) : std::nullopt;
  }
  if (sum < quick_from) {
    // q^k < s, so F(q, k) > (1 - 1/(2s)) 2/(s log s) > 1/(s log s) > F(y, 1).
    return true;
  }
  return lies_below_quickly(q, sum, y);
}

/// Whether the position of (q, k) lies below y, that is F(q, k) > F(y, 1): decided by enclosures.
bool lies_below(std::uint64_t q, std::uint32_t k, std::uint64_t y) {
  if (const auto answer = quick_answer(q, k, y)) {
    return *answer;
  }
  for (PrecisionBits bits = first_precision; bits <= precision_max; bits.value *= 2) {
    const Interval step = step_parameter(q, k, bits);
    const Interval point = step_parameter(y, 1, bits);
    if (point.certainly_less_than(step)) {
      return true;
    }
    if (step.certainly_less_than(point)) {
      return false;
    }
  }
  ROBIN_ASSERT(false, "F(q, k) = F(y, 1) is not known to happen for k >= 2 (ALGORITHMS.md, Steps)");
  return false;
}

/// The least y in [low, high] for which (q, k) lies below y; high is one.
template <class Below>
std::uint64_t first_where(std::uint64_t low, std::uint64_t high, Below below) {
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (below(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// F(q, k) in doubles: where to look, never what to believe.
double approximate_parameter(double q, std::uint32_t k) {
  double sum = 0;
  for (std::uint32_t i = 0; i < k; ++i) {
    sum = (sum + 1) * q;
  }
  return std::log1p(1 / sum) / std::log(q);
}

/// y with y log y near (q + ... + q^k) log q, in doubles: where a bisection begins.
double approximate_position(std::uint64_t q, std::uint32_t k) {
  const double parameter = approximate_parameter(static_cast<double>(q), k);
  double y = std::max(2.0, 1 / parameter);
  for (int i = 0; i < 60; ++i) {
    y = std::max(1.5, 1 / (parameter * std::log(std::max(y, 1.5))));
  }
  return y;
}

std::uint64_t clamped(double value) {
  return value >= static_cast<double>(position_end) ? position_end : static_cast<std::uint64_t>(std::max(value, 2.0));
}

/// floor(y): the greatest whole number that (q, k) does not lie below.
std::uint64_t floor_of_position(std::uint64_t q, std::uint32_t k) {
  const auto below = [q, k](std::uint64_t y) { return lies_below(q, k, y); };
  const double guess = approximate_position(q, k);
  // Mostly doubles are right.
  if (const std::uint64_t likely = clamped(guess); likely + 1 < position_end && below(likely + 1) && !below(likely)) {
    return likely;
  }
  std::uint64_t slack = 2 + static_cast<std::uint64_t>(guess * 1e-14);
  while (true) {
    const std::uint64_t middle = clamped(guess);
    const std::uint64_t low = middle > slack + 2 ? middle - slack : 2;
    const std::uint64_t high = std::min(position_end, middle + slack);
    if ((low == 2 || !below(low)) && (high == position_end || below(high))) {
      return first_where(low, high, below) - 1;
    }
    slack *= 64;
  }
}

/// The least q >= 2 whose step (q, k) does not lie below y; at most y itself, since F(y, k) < F(y, 1).
std::uint64_t first_prime_bound(std::uint32_t k, std::uint64_t y) {
  const auto at_or_above = [k, y](std::uint64_t q) { return !lies_below(q, k, y); };
  // For k >= 2, q (q + 1) <= the power sum, so q = 2 sqrt(y) + 3 is at or above.
  const auto high = 2 * static_cast<std::uint64_t>(std::sqrt(static_cast<double>(y))) + 3;
  // Doubles find the place within a few numbers; enclosures decide there, or everywhere if doubles were misled.
  const double line = approximate_parameter(static_cast<double>(y), 1);
  const std::uint64_t guess = first_where(
      2, high, [k, line](std::uint64_t q) { return approximate_parameter(static_cast<double>(q), k) <= line; });
  const std::uint64_t from = guess > 4 ? guess - 2 : 2;
  const std::uint64_t to = std::min(high, guess + 2);
  const bool is_inside = (from == 2 || !at_or_above(from - 1)) && at_or_above(to);
  return is_inside ? first_where(from, to, at_or_above) : first_where(2, high, at_or_above);
}

/// log(1 + 1/s) with s = q + ... + q^k.
Fixed growth_of_step(std::uint64_t q, std::uint32_t k) {
  const std::uint64_t sum = k == 1 ? q : power_sum_up_to_limit(q, k);
  if (sum < quick_limit) {
    return log_one_plus_inverse(sum);
  }
  const Interval growth = log_of_growth(power_sum(q, k), precision);
  return {static_cast<int128>(lower_fixed(growth, growth_bits)), static_cast<int128>(upper_fixed(growth, growth_bits))};
}

}  // namespace

Interval step_parameter(std::uint64_t q, std::uint32_t k, PrecisionBits bits) {
  const Interval log_q = Interval::log(Interval::from(Integer(q), bits), bits);
  return Interval::div(log_of_growth(power_sum(q, k), bits), log_q, bits);
}

std::vector<HigherStep> higher_steps(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(2 <= begin && begin <= end && end <= position_end, "positions lie in [2, 2^63)");
  std::vector<HigherStep> steps;
  for (std::uint32_t k = 2; lies_below(2, k, end); ++k) {
    math::for_each_prime(first_prime_bound(k, begin), first_prime_bound(k, end), [&](std::uint64_t q) {
      steps.push_back({q, k, floor_of_position(q, k)});
      return true;
    });
  }
  std::sort(steps.begin(), steps.end(), [](const HigherStep& a, const HigherStep& b) {
    if (a.floor != b.floor) {
      return a.floor < b.floor;
    }
    for (PrecisionBits bits = first_precision; bits <= precision_max; bits.value *= 2) {
      const Interval of_a = step_parameter(a.prime, a.exponent, bits);
      const Interval of_b = step_parameter(b.prime, b.exponent, bits);
      if (of_b.certainly_less_than(of_a)) {
        return true;
      }
      if (of_a.certainly_less_than(of_b)) {
        return false;
      }
    }
    return false;  // the same step
  });
  return steps;
}

StepSums sums_of_step(std::uint64_t q, std::uint32_t k) { return step_sums(q, growth_of_step(q, k)); }

}  // namespace robin::search::colossally_abundant
