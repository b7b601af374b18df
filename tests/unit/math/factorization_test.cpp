#include "math/factorization.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "math/factor.hpp"
#include "support/random.hpp"

namespace robin::math {
namespace {

using testing_support::Random;
using testing_support::rounds;

Factorization parsed(std::string_view text) {
  const auto factors = Factorization::parse(text);
  EXPECT_NE(accepted(factors), nullptr) << text << ": " << refusal_reason(factors);
  return *accepted(factors);
}

/// sigma(n) by its definition: the sum of the divisors.
std::uint64_t reference_sigma(std::uint64_t n) {
  std::uint64_t sum = 0;
  for (std::uint64_t d = 1; d * d <= n; ++d) {
    if (n % d == 0) {
      sum += d + (d * d == n ? 0 : n / d);
    }
  }
  return sum;
}

TEST(Factorization, WhatItTakesToReadATextIsSeenWithoutReadingIt) {
  const auto cost = reading_cost("2^7*3^4*5^2*7^2*11..47");
  ASSERT_TRUE(cost);
  EXPECT_EQ(cost->factors, 5U);
  EXPECT_EQ(cost->prime_digits, 2U);
  EXPECT_EQ(cost->sieved, 47U - 11U + 6U);
  EXPECT_EQ(reading_cost("2")->sieved, 0U);
  EXPECT_EQ(reading_cost("2*" + std::string(300, '7'))->prime_digits, 300U);
  EXPECT_EQ(reading_cost("2.." + std::string(300, '7'))->sieved, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(reading_cost("2..18446744073709551615*3..5")->sieved, std::numeric_limits<std::uint64_t>::max());
  for (const char* text :
       {"", "2*", "*2", "2..", "..3", "3..2", "3..3", "2^", "2^3^4", "2..3..5", "2.3", "2**3", "a"}) {
    EXPECT_FALSE(reading_cost(text)) << text;
  }
}

TEST(Factorization, TextRoundTripsAndIsCanonical) {
  EXPECT_EQ(factor(5040).text(), "2^4*3^2*5*7");
  EXPECT_EQ(factor(2).text(), "2");
  EXPECT_EQ(factor(30).text(), "2..5");
  EXPECT_EQ(factor(6).text(), "2*3");
  EXPECT_EQ(factor(900).text(), "2..5^2");
  EXPECT_EQ(parsed("2^7*3^4*5^2*7^2*11..47").text(), "2^7*3^4*5^2*7^2*11..47");
  EXPECT_EQ(parsed("7*5*3^2*2^4"), factor(5040));
  EXPECT_EQ(parsed("11*13*17"), parsed("11..17"));
  EXPECT_EQ(parsed("11..13*17*19..23"), parsed("11..23"));
  for (std::uint64_t n = 2; n < 2000; ++n) {
    EXPECT_EQ(parsed(factor(n).text()), factor(n));
  }
}

TEST(Factorization, ValueAndSigmaAgreeWithTheDefinition) {
  for (std::uint64_t n = 2; n < 3000; ++n) {
    EXPECT_EQ(factor(n).value(20), Integer(n));
    EXPECT_EQ(factor(n).sigma(20), Integer(reference_sigma(n)));
  }
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(100); ++i) {
    const std::uint64_t n = random.between(2, 100'000'000);
    EXPECT_EQ(factor(n).sigma(20), Integer(reference_sigma(n))) << n;
  }
}

TEST(Factorization, FromExponentsSkipsZerosAndMergesRuns) {
  const std::vector<std::uint64_t> primes = {2, 3, 5, 7, 11, 13};
  EXPECT_EQ(Factorization::from_exponents({4, 2, 1, 1}, primes), factor(5040));
  EXPECT_EQ(Factorization::from_exponents({0, 1, 0, 1, 1, 0}, primes).text(), "3*7*11");
  EXPECT_EQ(Factorization::from_exponents({1, 1, 1, 1, 1, 1}, primes).text(), "2..13");
}

TEST(Factorization, LongNumbersHaveNoDigitsButKeepTheirFactors) {
  const Factorization large = parsed("2^40000");
  EXPECT_EQ(large.value(10'000), std::nullopt);
  EXPECT_EQ(large.sigma(10'000), std::nullopt);
  EXPECT_EQ(parsed("2^33219").value(10'000)->decimal_digits(), 10'000U);
  EXPECT_EQ(parsed("2^33220").value(10'000), std::nullopt);
  EXPECT_EQ(parsed("2..1000003").value(10'000), std::nullopt);
}

TEST(Factorization, RefusesWhatIsNoFactorisation) {
  for (const char* text : {"",
                           "*",
                           "2*",
                           "*2",
                           "4",
                           "1",
                           "0",
                           "2^0",
                           "2^",
                           "2^-1",
                           "2^1000001",
                           "2*2",
                           "2..7*5",
                           "7..2",
                           "2..",
                           "..7",
                           "2..9",
                           "2..7..11",
                           "2+3",
                           "abc",
                           "2^3^4",
                           "2..1e12",
                           "-2",
                           "2..1000000000039",
                           "2^1000000*3^1000000*1000003^99999999"}) {
    EXPECT_EQ(accepted(Factorization::parse(text)), nullptr) << text;
  }
  EXPECT_NE(refusal_reason(Factorization::parse("2*9")).find("9 is not a prime"), std::string::npos);
  EXPECT_NE(refusal_reason(Factorization::parse("2*3*2")).find("the prime 2 comes twice"), std::string::npos);
}

}  // namespace
}  // namespace robin::math
