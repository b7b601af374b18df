#pragma once

// A claim: what a result says of a number. Results come from workers, and what a worker says is a claim: before it is
// shown as certified, or rings an alarm, it is judged here from the factors of the number alone. Pure; any thread may
// call.

#include <optional>
#include <string>

#include "search/strategy.hpp"
#include "search/witness.hpp"

namespace robin::search {

/// What a strategy's inequality says of a number.
enum class Standing {
  Known,      ///< it violates, as is known of it
  Violates,   ///< it violates, and is no known exception
  Holds,      ///< nothing is wrong with it
  Undecided,  ///< the limit of precision was reached
  Unread      ///< its factors take longer to read than others can wait
};

/// How much reading a factorisation may cost: factors in its text, digits of a prime (no strategy goes beyond 2^63, and
/// to prove a longer one takes up to a second), and numbers that are sieved for its runs p..q.
struct ClaimLimits {
  std::size_t factors = 200;
  std::size_t prime_digits = 20;
  std::uint64_t sieved = 0;
};
/// One number, in seconds: ten million primes.
inline constexpr ClaimLimits for_one_number{.sieved = 200'000'000};
/// One of a list, in milliseconds.
inline constexpr ClaimLimits for_a_list{.sieved = 2'000'000};

/// Its factors, within the limits; nullopt: they are none, or beyond.
[[nodiscard]] std::optional<math::Factorization> read_claimed(const std::string& factorization,
                                                              const ClaimLimits& limits);

/// Raises the precision as far as the number of its primes allows, so that judging costs no more than reading.
[[nodiscard]] Standing judge(const Strategy& strategy, const std::string& factorization, const ClaimLimits& limits);

/// The witness, if what it claims encloses its ratio, which is computed from its factors, or that ratio's own enclosure
/// where the claimed one falls short of it by less than anybody sees; nullopt: it claims another ratio, or any.
[[nodiscard]] std::optional<Witness> certified(const Strategy& strategy, const Witness& claimed,
                                               const math::Factorization& factors);

}  // namespace robin::search
