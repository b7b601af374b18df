#pragma once

// Factorization: an integer n >= 2 as prime powers, stored as maximal runs of consecutive primes that share an
// exponent, so that a number with a billion prime factors stays small. Its text, such as 2^7*3^4*5^2*7^2*11..47, is
// canonical: p..q stands for every prime from p to q, p..q^e for each of them to the power e; two primes never form a
// run in text. Immutable after construction.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/refusal.hpp"
#include "math/integer.hpp"

namespace robin::math {

struct PrimePower {
  Integer prime;
  std::uint32_t exponent;
  friend bool operator==(const PrimePower&, const PrimePower&) = default;
};

class Factorization {
 public:
  /// Every prime from first to last, `count` of them, each to the power `exponent`.
  struct Run {
    Integer first;
    Integer last;
    std::uint64_t count;
    std::uint32_t exponent;
    friend bool operator==(const Run&, const Run&) = default;
  };

  /// Reads a product of p, p^e, p..q and p..q^e in any order; p and q must be primes, none may come twice. Bounded: at
  /// most 10,000,000 primes (fewer if to high powers), exponents up to 1,000,000, n below 2^(2^30), and primes beyond
  /// 2^64 of 1200 bits together: so reading and judging it takes seconds.
  [[nodiscard]] static core::Parsed<Factorization> parse(std::string_view text);

  /// From ascending distinct primes with exponents >= 1 (asserted), at least one.
  [[nodiscard]] static Factorization from_prime_powers(const std::vector<PrimePower>& powers);

  /// exponents[i] belongs to the i-th prime of `primes` (2, 3, 5, ...); trailing zeros are allowed, not all may be
  /// zero. Cost: O(number of exponents).
  [[nodiscard]] static Factorization from_exponents(const std::vector<std::uint32_t>& exponents,
                                                    const std::vector<std::uint64_t>& primes);

  /// From runs of consecutive primes in ascending order (asserted), at least one.
  [[nodiscard]] static Factorization from_runs(std::vector<Run> runs);

  [[nodiscard]] const std::vector<Run>& runs() const noexcept { return runs_; }
  [[nodiscard]] std::string text() const;

  /// Calls visit for each prime and its exponent, ascending.
  void for_each(const std::function<void(const Integer& prime, std::uint32_t exponent)>& visit) const;

  /// n if it has at most `digits_max` decimal digits.  Cost: bounded by digits_max, whatever n is.
  [[nodiscard]] std::optional<Integer> value(std::size_t digits_max) const;
  /// sigma(n), the sum of the divisors of n: the product of (p^(e+1) - 1)/(p - 1) (Hardy, Wright, theorem 275), under
  /// the same limit.
  [[nodiscard]] std::optional<Integer> sigma(std::size_t digits_max) const;

  friend bool operator==(const Factorization&, const Factorization&) = default;

 private:
  explicit Factorization(std::vector<Run> runs) : runs_(std::move(runs)) {}
  [[nodiscard]] bool surely_longer_than(std::size_t digits_max) const;

  std::vector<Run> runs_;
};

/// What it would cost to read a text as a factorisation, estimated from its characters: nothing is proven, sieved or
/// computed for it.
struct ReadingCost {
  std::size_t factors = 0;
  /// Digits of its longest prime. To prove a prime beyond 2^64 takes up to a second.
  std::size_t prime_digits = 0;
  /// How many numbers must be sieved to count the primes of its runs p..q: those between p and q, and up to the square
  /// root of q.
  std::uint64_t sieved = 0;
};

/// The cost; nullopt if the characters form no product of p, p^e, p..q and p..q^e.  Cost: linear in the length.
[[nodiscard]] std::optional<ReadingCost> reading_cost(std::string_view text);

/// sigma(p^e) = 1 + p + ... + p^e.
[[nodiscard]] Integer sigma_of_prime_power(const Integer& prime, std::uint32_t exponent);

}  // namespace robin::math
