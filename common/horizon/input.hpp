#pragma once

// Input: a theorem of others that the horizon rests on, as it is used. They are few, and each is named in what is said:
// "given". Their statements were read in audited transcriptions, not in the papers (ALGORITHMS.md, "Inputs").

#include <cstdint>
#include <string_view>

namespace robin::horizon {

enum class Input {
  ExplicitFormula,   ///< textbook analysis: psi over the zeros of zeta, Mertens' theorem, the sum of all 1/rho
  VerifiedZeros,     ///< the zeros up to some height lie on the critical line
  CountOfZeros,      ///< how many there are up to a height
  ThetaUpTo1e19,     ///< theta(x) against x, by computation
  ThetaUnderHeight,  ///< theta(x) against x, as far as the verified zeros allow
};

struct InputText {
  /// Its short name: "Platt, Trudgian 2021, theorem 1".
  std::string_view name;
  std::string_view statement;
  std::string_view reference;
};

[[nodiscard]] const InputText& text_of(Input input);

// What the statements say in numbers.

inline constexpr std::uint64_t verified_height_max = 3'000'175'332'800;

struct Ratio {
  std::uint64_t numerator;
  std::uint64_t denominator;
  [[nodiscard]] constexpr double value() const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
};

inline constexpr Ratio theta_computed_constant{195, 100};
/// The theorem is quoted from 1423 on. That cannot be: just below 1427 the quotient is 1.9636.
inline constexpr std::uint64_t theta_computed_from = 1427;
inline constexpr std::uint64_t theta_computed_to = 10'000'000'000'000'000'000U;

inline constexpr Ratio theta_under_height_constant{492, 100};
inline constexpr std::uint64_t theta_under_height_above = 599;

}  // namespace robin::horizon
