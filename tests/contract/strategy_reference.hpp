#pragma once

// Second, slow algorithms for the strategies, which share nothing with common/search: candidates are enumerated from
// the definition, sigma is plain GMP, ratios and verdicts are Arb. A strategy without an entry fails its contract.

#include <gmpxx.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace robin::testing_support {

/// Ascending primes with exponents >= 1.
using ReferenceNumber = std::vector<std::pair<std::uint64_t, std::uint32_t>>;

/// The first `count` candidates from the position `begin`, by the definition of the strategy; throws std::out_of_range
/// for a strategy it does not know.
std::vector<ReferenceNumber> reference_candidates(const std::string& strategy, const std::string& begin,
                                                  std::uint64_t count);

mpz_class reference_value(const ReferenceNumber& n);
mpz_class reference_sigma(const ReferenceNumber& n);

enum class ReferenceVerdict { Holds, Violates };
/// By Arb at 512 bits; throws if that does not decide.
ReferenceVerdict reference_verdict(const ReferenceNumber& n);
/// Whether sigma(n)/(n log log n) >= threshold, given as a decimal.
bool reference_reaches(const ReferenceNumber& n, const std::string& threshold);

/// The digest `original` in plain GMP and text: the ratio through MPFR at 200 bits, rounded to a double, printed.
std::string reference_original_text_gmp(const std::vector<ReferenceNumber>& candidates);
/// The same through Arb.
std::string reference_original_text_arb(const std::vector<ReferenceNumber>& candidates);

}  // namespace robin::testing_support
