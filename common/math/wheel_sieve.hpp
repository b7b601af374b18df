#pragma once

// The sieve of Eratosthenes that leaves primes as bits (PrimeBits) in memory that fits the second-level cache: for the
// certificate, which only sums primes up. libprimesieve's iterator must write each prime out. How: ALGORITHMS.md,
// "Primes as bits".

#include <cstdint>
#include <functional>

#include "math/prime_bits.hpp"
#include "math/sieve_plan.hpp"

namespace robin::math {

/// Whether the range may be sieved this way: 2^10 <= begin, end <= 2^53, and end <= begin^2, so that no sieving prime
/// lies in it.
[[nodiscard]] bool is_wheel_sieve_range(std::uint64_t begin, std::uint64_t end);

/// Calls visit with the primes of [begin, end) in neighbouring, ascending segments. The first and the last one go on to
/// the end of their word: there, outside the range, bits mean nothing. They are gone when visit returns, which calls
/// nothing of this kind itself. The plan is only about speed. Requires is_wheel_sieve_range.
/// Cost: O((end - begin) log log end + sqrt(end)).  Memory, kept by the thread: a segment, and for each prime below
/// sqrt(end) 12 bytes and the one or two lists that it may go through.  Pure; any thread.
void for_each_prime_bits(std::uint64_t begin, std::uint64_t end, const std::function<void(const PrimeBits&)>& visit,
                         const SievePlan& plan = SievePlan::of_this_machine());

}  // namespace robin::math
