#pragma once

// Certificate: what the blocks of a search over prime windows prove together so far, its text form, to go on from, and
// its figures for people. A value; any thread may call.

#include <cstdint>
#include <optional>
#include <string>

#include "core/refusal.hpp"
#include "search/certifier.hpp"
#include "search/findings.hpp"
#include "search/prime_windows/least_margin.hpp"
#include "search/prime_windows/step_sums.hpp"

namespace robin::search::prime_windows {

struct Certificate {
  /// The position below which every number of the strategy was checked: all whose last step lies below it.
  std::uint64_t largest_position = 2;
  std::uint64_t blocks = 0;
  std::uint64_t steps = 0;
  PrimeSums primes;
  /// L = log N and S at the end of the certificate.
  StepSums sums;
  /// The least margin; nullopt while no number was met at which the inequality is claimed.
  std::optional<LeastMargin> margin;
  /// The position below which blocks were never seen here; 0 if all were.
  std::uint64_t unchecked_up_to = 0;
};

/// A certificate as words, from which it can be continued. certificate_from() refuses words that state_of() did not
/// write.
[[nodiscard]] Extras state_of(const Certificate& certificate);
[[nodiscard]] core::Parsed<Certificate> certificate_from(const Extras& state);

// For people and other programs; decimals rounded outward.

/// log N from below and from above.
[[nodiscard]] std::string log_n_lo(const Certificate& certificate);
[[nodiscard]] std::string log_n_hi(const Certificate& certificate);
/// log10 log10 N, cut after `digits` significant digits; empty while log10 N <= 1.
[[nodiscard]] std::string log10_log10_n(const Certificate& certificate, int digits);
/// The least margin, rounded down; empty while there is none.
[[nodiscard]] std::string min_log_margin(const Certificate& certificate);
[[nodiscard]] std::string margin_text(const LeastMargin& margin);

/// The words of a strategy for what its certificates prove.
struct Claim {
  /// "Robin's inequality holds for every 5040 < n <= N"
  std::string_view holds;
  /// "Nothing above 5040 is certified yet"
  std::string_view nothing_yet;
  /// "the colossally abundant number whose primes go up to"
  std::string_view what_n_is;
};
[[nodiscard]] Proof proof_of(const Certificate& certificate, const Claim& claim);

}  // namespace robin::search::prime_windows
