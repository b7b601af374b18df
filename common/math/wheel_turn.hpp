#pragma once

// WheelTurn: how the multiples of p = 30 q + r that are coprime to 30 follow each other among the bytes of PrimeBits,
// for one r and one place in the wheel. Constants of the program; ALGORITHMS.md, "Primes as bits".

#include <array>
#include <cstddef>
#include <cstdint>

#include "math/prime_bits.hpp"

namespace robin::math {

/// From the multiple p f to the next one, p f', f and f' neighbours in a wheel.
struct WheelTurn {
  /// All bits but that of p f in its byte.
  std::uint8_t mask;
  /// f' - f: q (f' - f) + carry bytes lie between the two.
  std::uint8_t gap;
  std::uint8_t carry;
};

inline constexpr std::size_t phases = wheel_residues.size();

/// For each number below Span: the index of the least of these residues that is not below it; Count is Span + 1.
template <std::uint64_t Span, std::size_t Count>
constexpr std::array<std::uint8_t, Span> indexes_not_below(const std::array<std::uint32_t, Count>& residues) {
  std::array<std::uint8_t, Span> table{};
  for (std::uint32_t n = 0; n < Span; ++n) {
    while (table[n] < Count && residues[table[n]] < n) {
      ++table[n];
    }
  }
  return table;
}

inline constexpr auto residue_indexes = indexes_not_below<wheel_span>(wheel_residues);

/// Which of the eight residues a number coprime to 30 has.
constexpr std::size_t residue_index(std::uint64_t number) { return residue_indexes[number % wheel_span]; }

constexpr WheelTurn turn_between(std::uint32_t residue, std::uint32_t factor, std::uint32_t next_factor) {
  constexpr auto span = static_cast<std::uint32_t>(wheel_span);
  return {static_cast<std::uint8_t>(~(1U << residue_index(residue * factor))),
          static_cast<std::uint8_t>(next_factor - factor),
          static_cast<std::uint8_t>(residue * next_factor / span - residue * factor / span)};
}

/// Of the residue with this index, at the multiple by the wheel's residue `phase`.
constexpr WheelTurn turn_of(std::size_t residue, std::size_t phase) {
  const auto next = phase + 1 < phases ? wheel_residues[phase + 1] : static_cast<std::uint32_t>(wheel_span) + 1;
  return turn_between(wheel_residues[residue], wheel_residues[phase], next);
}

/// The first multiple p f >= 30 first with f coprime to 30.
struct FirstMultiple {
  /// f mod 30, as an index.
  std::size_t phase;
  /// Its byte, from `first` on.
  std::uint64_t at;
};
[[nodiscard]] constexpr FirstMultiple first_multiple(std::uint64_t prime, std::uint64_t first) {
  const std::uint64_t factor = (wheel_span * first + prime - 1) / prime;
  const std::size_t phase = residue_index(factor);
  const std::uint64_t coprime =
      factor / wheel_span * wheel_span + (phase < phases ? wheel_residues[phase] : wheel_span + 1);
  return {phase % phases, prime * coprime / wheel_span - first};
}

}  // namespace robin::math
