#pragma once

// The sums over primes that a certificate rests on, computed a second time: prime by prime, with the balls of Arb, over
// primes that FLINT tests one by one. Slow, and independent of the sieve and the windows. Pure; any thread may call it.

#include <cstdint>

#include "math/integer.hpp"

namespace robin::math {

struct PrimeSumsOneByOne {
  std::uint64_t count = 0;
  Integer sum;
  /// Sum of log p, as floor and ceiling in units of 2^-64.
  Integer log_lo;
  Integer log_hi;
  /// Sum of log(1 + 1/p), in units of 2^-96.
  Integer growth_lo;
  Integer growth_hi;
};

/// Over the primes of [begin, end), 2 <= begin <= end <= 2^63.  Cost: about 3 microseconds a prime, and less for each
/// number in between.
[[nodiscard]] PrimeSumsOneByOne sum_primes_one_by_one(std::uint64_t begin, std::uint64_t end);

}  // namespace robin::math
