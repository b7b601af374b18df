#include "math/factor.hpp"

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace robin::math {
namespace {

using testing_support::Random;
using testing_support::rounds;

/// Trial division: slow, and independent of FLINT.
Factorization reference_factorization(std::uint64_t n) {
  std::vector<PrimePower> powers;
  for (std::uint64_t p = 2; p * p <= n; ++p) {
    std::uint32_t exponent = 0;
    for (; n % p == 0; n /= p) {
      ++exponent;
    }
    if (exponent > 0) {
      powers.push_back({p, exponent});
    }
  }
  if (n > 1) {
    powers.push_back({n, 1});
  }
  return Factorization::from_prime_powers(powers);
}

TEST(Factor, AgreesWithTrialDivision) {
  for (std::uint64_t n = 2; n < 5000; ++n) {
    EXPECT_EQ(factor(n), reference_factorization(n));
  }
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(200); ++i) {
    const std::uint64_t n = random.between(2, 1'000'000'000'000);
    EXPECT_EQ(factor(n), reference_factorization(n)) << n;
    const auto general = factor(Integer(n));
    ASSERT_NE(accepted(general), nullptr);
    EXPECT_EQ(*accepted(general), reference_factorization(n)) << n;
  }
}

TEST(Factor, ProductOfTheFactorsIsTheNumber) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(50); ++i) {
    const Integer n = random.integer(110) + Integer(2);
    const auto factors = factor(n);
    ASSERT_NE(accepted(factors), nullptr) << n.to_decimal();
    EXPECT_EQ(accepted(factors)->value(100), n);
    accepted(factors)->for_each(
        [](const Integer& prime, std::uint32_t) { EXPECT_EQ(primality(prime), Primality::Prime); });
  }
}

TEST(Factor, LargePrimesAreProven) {
  const Integer mersenne = Integer::power(2, 521) - Integer(1);
  EXPECT_EQ(primality(mersenne), Primality::Prime);
  EXPECT_EQ(factor(mersenne).index(), 0U);
  EXPECT_EQ(primality(Integer::power(2, 4423) - Integer(1)), Primality::TooLargeToProve);
  EXPECT_EQ(primality(Integer::power(2, 4421) - Integer(1)), Primality::Composite);
  EXPECT_EQ(primality(1), Primality::Composite);
  EXPECT_EQ(primality(0), Primality::Composite);
}

TEST(Factor, RefusesWhatItCannotFactorInTime) {
  const auto hard = factor((Integer::power(2, 127) - Integer(1)) * (Integer::power(2, 521) - Integer(1)));
  EXPECT_NE(refusal_reason(hard).find("write the factorisation"), std::string::npos);
}

}  // namespace
}  // namespace robin::math
