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

/// How much it may cost to read a factorisation: how many factors its text has, how many digits a prime (no strategy
/// goes beyond 2^63, and to prove a longer one takes up to a second), and how many numbers are sieved for its runs
/// p..q.
struct ClaimLimits {
  std::size_t factors = 200;
  std::size_t prime_digits = 20;
  std::uint64_t sieved = 0;
};
/// The limits for a single number: some seconds, for ten million primes.
inline constexpr ClaimLimits for_one_number{.sieved = 200'000'000};
/// The limits for each number of a list: milliseconds.
inline constexpr ClaimLimits for_a_list{.sieved = 2'000'000};

/// Reads the factors; nullopt if the text is no factorisation, or beyond the limits.
[[nodiscard]] std::optional<math::Factorization> read_claimed(const std::string& factorization,
                                                              const ClaimLimits& limits);

/// What the strategy's inequality says of the number. The precision is raised only as far as the number of primes
/// allows, so that judging costs no more than reading.
[[nodiscard]] Standing judge(const Strategy& strategy, const std::string& factorization, const ClaimLimits& limits);

/// The witness, if its claimed enclosure holds its true ratio, which is computed from its factors. If the claim misses
/// the ratio by less than anybody sees, the witness with the computed enclosure. nullopt if it claims another ratio, or
/// an enclosure so wide that it claims nothing.
[[nodiscard]] std::optional<Witness> certified(const Strategy& strategy, const Witness& claimed,
                                               const math::Factorization& factors);

}  // namespace robin::search
