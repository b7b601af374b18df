#include "math/factor.hpp"

#include <flint/flint.h>
#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>
#include <flint/ulong_extras.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.hpp"
#include "math/primes.hpp"

namespace robin::math {
namespace {

constexpr std::size_t proof_bits_max = 1000;
constexpr std::size_t composite_bits_max = 200;
constexpr std::uint64_t trial_division_end = 100'000;

/// Owns an fmpz_t.
class FlintInteger {
 public:
  explicit FlintInteger(const Integer& value) {
    fmpz_init(value_);
    fmpz_set_mpz(value_, value.gmp());
  }
  FlintInteger(const FlintInteger&) = delete;
  FlintInteger& operator=(const FlintInteger&) = delete;
  ~FlintInteger() { fmpz_clear(value_); }
  [[nodiscard]] const fmpz* get() const { return value_; }

 private:
  fmpz_t value_;
};

/// Owns an fmpz_factor_t.
class FlintFactors {
 public:
  explicit FlintFactors(const Integer& n) {
    fmpz_factor_init(factors_);
    fmpz_factor(factors_, FlintInteger(n).get());
  }
  FlintFactors(const FlintFactors&) = delete;
  FlintFactors& operator=(const FlintFactors&) = delete;
  ~FlintFactors() { fmpz_factor_clear(factors_); }

  void append_to(std::vector<PrimePower>& powers) const {
    for (slong i = 0; i < factors_->num; ++i) {
      PrimePower power{Integer(), static_cast<std::uint32_t>(factors_->exp[i])};
      fmpz_get_mpz(power.prime.gmp(), factors_->p + i);
      powers.push_back(std::move(power));
    }
  }

 private:
  fmpz_factor_t factors_;
};

/// Moves the primes below trial_division_end from `rest` into the result.
std::vector<PrimePower> divide_out_small_primes(Integer& rest) {
  std::vector<PrimePower> powers;
  for_each_prime(2, trial_division_end, [&](std::uint64_t p) {
    std::uint32_t exponent = 0;
    while (rest.is_divisible_by(p)) {
      rest = rest.divided_exactly_by(p);
      ++exponent;
    }
    if (exponent > 0) {
      powers.push_back({p, exponent});
    }
    return rest > Integer(1);
  });
  return powers;
}

}  // namespace

Primality primality(const Integer& n) {
  if (n < Integer(2)) {
    return Primality::Composite;
  }
  const FlintInteger value(n);
  if (n.bit_length() > proof_bits_max) {
    // Only a strong test that fails is conclusive. Base 3: Mersenne numbers all pass base 2.
    return fmpz_is_strong_probabprime(value.get(), FlintInteger(Integer(3)).get()) == 0 ? Primality::Composite
                                                                                        : Primality::TooLargeToProve;
  }
  return fmpz_is_prime(value.get()) == 1 ? Primality::Prime : Primality::Composite;
}

std::uint64_t next_prime(std::uint64_t n) {
  ROBIN_ASSERT(n < (std::uint64_t{1} << 63U), "primes end at 2^63");
  return n_nextprime(n, 1);
}

Factorization factor(std::uint64_t n) {
  ROBIN_ASSERT(n >= 2, "only n >= 2 has a factorisation");
  n_factor_t factors;
  n_factor_init(&factors);
  n_factor(&factors, n, 1);
  std::vector<PrimePower> powers;
  powers.reserve(static_cast<std::size_t>(factors.num));
  for (int i = 0; i < factors.num; ++i) {
    powers.push_back({factors.p[i], static_cast<std::uint32_t>(factors.exp[i])});
  }
  std::sort(powers.begin(), powers.end(), [](const auto& a, const auto& b) { return a.prime < b.prime; });
  return Factorization::from_prime_powers(powers);
}

core::Parsed<Factorization> factor(const Integer& n) {
  ROBIN_ASSERT(n >= Integer(2), "only n >= 2 has a factorisation");
  Integer rest = n;
  std::vector<PrimePower> powers = divide_out_small_primes(rest);
  if (rest > Integer(1)) {
    const Primality rest_is = primality(rest);
    if (rest_is == Primality::Prime) {
      powers.push_back({rest, 1});
    } else if (rest_is == Primality::Composite && rest.bit_length() <= composite_bits_max) {
      FlintFactors(rest).append_to(powers);
    } else {
      return core::Refusal{"a part of " + std::to_string(rest.decimal_digits()) +
                           " digits is too hard to factor here (write the factorisation, such as 2^4*3^2*5*7)"};
    }
  }
  std::sort(powers.begin(), powers.end(), [](const auto& a, const auto& b) { return a.prime < b.prime; });
  return Factorization::from_prime_powers(powers);
}

}  // namespace robin::math
