#pragma once

// The sums over primes that a certificate rests on, computed a second time: prime by prime, with the balls of Arb, over
// primes that FLINT tests one by one. Slow, and independent of the sieve and the windows. Pure; any thread may call it.

#include <cstdint>
#include <functional>

#include "math/euler_factor.hpp"
#include "math/integer.hpp"

namespace robin::math {

/// Calls visit for the primes of [begin, end), 2 <= begin <= end <= 2^63, in order, until it says false.  Cost: about a
/// microsecond a prime.
void for_each_prime_one_by_one(std::uint64_t begin, std::uint64_t end, const std::function<bool(std::uint64_t)>& visit);

struct PrimeSumsOneByOne {
  std::uint64_t count = 0;
  Integer sum;
  /// Sum of log p, as floor and ceiling in units of 2^-64.
  Integer log_lo;
  Integer log_hi;
  /// What the primes add to S (EulerFactor), as floor and ceiling in units of 2^-96.
  Integer growth_lo;
  Integer growth_hi;
};

/// The sums over the primes of [begin, end), 2 <= begin <= end <= 2^63.  Cost: about 3 microseconds a prime, and less
/// for each number in between.
[[nodiscard]] PrimeSumsOneByOne sum_primes_one_by_one(std::uint64_t begin, std::uint64_t end, EulerFactor factor);

}  // namespace robin::math
