#pragma once

// Primes as numbers: from libprimesieve (Kim Walisch), which sieves segments that fit the cache. (As bits, to be summed
// up: wheel_sieve.hpp.)
// All functions are pure and may be called from any thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace robin::math {

/// The first `count` primes, 2, 3, 5, ...  Cost: O(count log count).
[[nodiscard]] std::vector<std::uint64_t> first_primes(std::size_t count);

/// The primes in [begin, end), ascending, end <= 2^63.  Cost: O((end - begin) log log end + sqrt(end)).
[[nodiscard]] std::vector<std::uint64_t> primes_in(std::uint64_t begin, std::uint64_t end);

/// Calls visit(p) for each prime p in [begin, end), ascending, without storing them. Stops early when visit answers
/// false.
void for_each_prime(std::uint64_t begin, std::uint64_t end, const std::function<bool(std::uint64_t)>& visit);

/// The same primes in runs of neighbouring ones, as the sieve yields them: visit(first, last) for the primes *first ...
/// *(last - 1). For loops that must keep up with the sieve.  Memory: O(sqrt(end)) and one run.
void for_each_prime_run(std::uint64_t begin, std::uint64_t end,
                        const std::function<void(const std::uint64_t*, const std::uint64_t*)>& visit);

/// How many primes lie in [begin, end).
[[nodiscard]] std::uint64_t count_primes(std::uint64_t begin, std::uint64_t end);

}  // namespace robin::math
