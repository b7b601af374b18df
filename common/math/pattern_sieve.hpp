#pragma once

// The begin of a sieve over numbers coprime to 30 (PrimeBits): the primes from 7 to 163 leave patterns that repeat,
// which are intersected, whole vectors at a time. Pure; any thread.

#include <cstddef>
#include <cstdint>

namespace robin::math {

inline constexpr std::uint32_t last_pattern_prime = 163;

/// Sets the bytes of thirty numbers each from number 30 at on to what the primes up to last_pattern_prime leave.
void sieve_by_patterns(std::uint8_t* bytes, std::uint64_t at, std::size_t size);

}  // namespace robin::math
