#pragma once

// Factoring and primality by FLINT, for numbers that come from outside or are kept by the sieve. A prime is proven,
// never only probable. Bounded: what would take unbounded time is refused. All functions are pure; any thread may call
// them. Reference: the FLINT 2.9 manual, modules fmpz_factor, fmpz (fmpz_is_prime: BLS and APR-CL proofs) and
// ulong_extras.

#include <cstdint>

#include "core/refusal.hpp"
#include "math/factorization.hpp"
#include "math/integer.hpp"

namespace robin::math {

enum class Primality { Prime, Composite, TooLargeToProve };

/// Proves or refutes primality up to 1000 bits.  Cost: below a second.
[[nodiscard]] Primality primality(const Integer& n);

/// The least prime above n, n < 2^63.
[[nodiscard]] std::uint64_t next_prime(std::uint64_t n);

/// Factors 2 <= n < 2^64.  Cost: at most about 0.1 s.
[[nodiscard]] Factorization factor(std::uint64_t n);

/// Factors n >= 2, or refuses where what is left after trial division is composite and beyond 2^200.
/// Cost: seconds at worst.
[[nodiscard]] core::Parsed<Factorization> factor(const Integer& n);

}  // namespace robin::math
