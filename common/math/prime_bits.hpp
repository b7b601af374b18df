#pragma once

// PrimeBits: a run of primes as a sieve leaves them: one bit for each number coprime to 30, eight bits for thirty
// numbers, 240 numbers in a word. Counting and summing them up by population counts is many times faster than writing
// the primes out one by one. A value that refers to the sieve's memory; pure functions; any thread.

#include <array>
#include <cstdint>
#include <span>

namespace robin::math {

/// The numbers below 30 that are coprime to it; bit i of a byte stands for the i-th.
inline constexpr std::array<std::uint32_t, 8> wheel_residues = {1, 7, 11, 13, 17, 19, 23, 29};
inline constexpr std::uint64_t wheel_span = 30;
/// How many numbers a word of 64 bits stands for.
inline constexpr std::uint64_t word_span = 8 * wheel_span;

struct PrimeBits {
  /// A multiple of 240: what the first word begins with.
  std::uint64_t begin = 0;
  /// Bit 8 i + j of word w stands for begin + 240 w + 30 i + wheel_residues[j], and is set where that is prime.
  std::span<const std::uint64_t> words;

  [[nodiscard]] std::uint64_t end() const noexcept { return begin + word_span * words.size(); }
};

struct PrimeMoments {
  std::uint64_t count = 0;
  /// Sum of p - origin, modulo 2^64.
  std::uint64_t offset_sum = 0;
  /// Sum of (p - origin)^2, modulo 2^64; 0 if only first moments were asked for.
  std::uint64_t square_sum = 0;

  PrimeMoments& operator+=(const PrimeMoments& other) noexcept {
    count += other.count;
    offset_sum += other.offset_sum;
    square_sum += other.square_sum;
    return *this;
  }
};

/// What is summed up; second moments cost three times as much.
enum class Moments : std::uint8_t { First, Second };

/// Over the primes of `bits` in [begin, end), about `origin`. Requires bits.begin <= begin <= end <= bits.end().  Cost:
/// two population counts for each sixteen numbers at most, vectorised where the CPU can.
[[nodiscard]] PrimeMoments moments_of(const PrimeBits& bits, std::uint64_t begin, std::uint64_t end,
                                      std::uint64_t origin, Moments moments);

}  // namespace robin::math
