#include "math/prime_sums.hpp"

#include <flint/ulong_extras.h>

#include <algorithm>
#include <span>
#include <vector>

#include "math/ball.hpp"

namespace robin::math {
namespace {

constexpr std::uint64_t chunk_length_min = std::uint64_t{1} << 19U;
/// Beyond its square divisors become too many: what they leave is tested one by one.
constexpr std::uint64_t divisor_end = std::uint64_t{1} << 25U;

/// The primes up to `last`, by FLINT; those that were asked for are kept.
std::span<const std::uint64_t> divisors_up_to(std::uint64_t last) {
  thread_local std::vector<std::uint64_t> primes;
  thread_local std::uint64_t known = 0;
  if (known < last) {
    n_primes_t iterator;
    n_primes_init(iterator);
    n_primes_jump_after(iterator, known);
    for (std::uint64_t p = n_primes_next(iterator); p <= last; p = n_primes_next(iterator)) {
      primes.push_back(p);
    }
    n_primes_clear(iterator);
    known = last;
  }
  return std::span(primes).first(
      static_cast<std::size_t>(std::upper_bound(primes.begin(), primes.end(), last) - primes.begin()));
}

}  // namespace

void for_each_prime_one_by_one(std::uint64_t begin, std::uint64_t end,
                               const std::function<bool(std::uint64_t)>& visit) {
  if (begin >= end) {
    return;
  }
  const std::uint64_t last_divisor = n_sqrt(end - 1);
  const auto divisors = divisors_up_to(std::min(last_divisor, divisor_end));
  const std::uint64_t chunk_length = std::max(chunk_length_min, std::min(last_divisor, divisor_end));
  for (std::uint64_t at = begin; at < end; at += std::min(chunk_length, end - at)) {
    const std::uint64_t chunk_end = at + std::min(chunk_length, end - at);
    std::vector<bool> has_factor(chunk_end - at, false);
    for (const std::uint64_t d : divisors) {
      const std::uint64_t remainder = at % d;
      for (std::uint64_t i = std::max(remainder == 0 ? 0 : d - remainder, at < 2 * d ? 2 * d - at : 0);
           i < has_factor.size(); i += d) {
        has_factor[i] = true;
      }
    }
    for (std::uint64_t n = std::max<std::uint64_t>(at, 2); n < chunk_end; ++n) {
      if (!has_factor[n - at] && (last_divisor <= divisor_end || n_is_prime(n) != 0) && !visit(n)) {
        return;
      }
    }
  }
}

PrimeSumsOneByOne sum_primes_one_by_one(std::uint64_t begin, std::uint64_t end, EulerFactor factor) {
  PrimeSumsOneByOne sums;
  Ball logs;
  Ball growths;
  Ball term;
  for_each_prime_one_by_one(begin, end, [&](std::uint64_t p) {
    ++sums.count;
    sums.sum += Integer(p);
    arb_log_ui(term, p, ball_bits);
    arb_add(logs, logs, term, ball_bits);
    arb_set_ui(term, factor == EulerFactor::Sigma ? p : p - 1);
    arb_inv(term, term, ball_bits);
    arb_log1p(term, term, ball_bits);
    arb_add(growths, growths, term, ball_bits);
    return true;
  });
  sums.log_lo = logs.lower(64);
  sums.log_hi = logs.upper(64);
  sums.growth_lo = growths.lower(96);
  sums.growth_hi = growths.upper(96);
  return sums;
}

}  // namespace robin::math
