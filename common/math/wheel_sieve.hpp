#pragma once

// The sieve of Eratosthenes that leaves primes as bits (PrimeBits) in memory that fits the second-level cache: for the
// certificate, which only sums primes up. Up to 2^44 it is faster than counting with libprimesieve, whose iterator must
// write each prime out; above, large sieving primes need buckets, which libprimesieve has. How: ALGORITHMS.md,
// "Primes".

#include <cstdint>
#include <functional>

#include "math/prime_bits.hpp"

namespace robin::math {

/// Whether the range may be sieved this way: 2^10 <= begin, end <= 2^44, and end <= begin^2, so that no sieving prime
/// lies in it.
[[nodiscard]] bool is_wheel_sieve_range(std::uint64_t begin, std::uint64_t end);

/// Calls visit with the primes of [begin, end) in neighbouring, ascending segments. The first and the last one go on to
/// the end of their word: there, outside the range, bits mean nothing. They are gone when visit returns. Requires
/// is_wheel_sieve_range.  Cost: O((end - begin) log log end + sqrt(end)).
/// Memory: at most 2 MiB and 32 bytes for each prime below sqrt(end).  Pure; any thread.
void for_each_prime_bits(std::uint64_t begin, std::uint64_t end, const std::function<void(const PrimeBits&)>& visit);

}  // namespace robin::math
