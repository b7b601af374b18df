#include "math/integer.hpp"

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace robin::math {
namespace {

using testing_support::Random;
using testing_support::rounds;

uint128 reference_power(uint128 base, unsigned exponent) {
  uint128 result = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    result *= base;
  }
  return result;
}

TEST(Integer, DecimalTextRoundTrips) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(500); ++i) {
    const Integer value = random.integer(4000);
    EXPECT_EQ(Integer::from_decimal(value.to_decimal()), value);
    EXPECT_EQ(value.to_decimal().size(), value.decimal_digits());
  }
}

TEST(Integer, DecimalDigitsChangeExactlyAtPowersOfTen) {
  for (std::uint64_t digits = 1; digits < 200; ++digits) {
    const Integer power = Integer::power(10, digits);
    EXPECT_EQ(power.decimal_digits(), digits + 1);
    EXPECT_EQ((power - Integer(1)).decimal_digits(), digits);
  }
}

TEST(Integer, RefusesTextThatIsNotOnlyDigits) {
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x10", "12abc", "1e3", "1.0", "\xd9\xa1"}) {
    EXPECT_FALSE(Integer::from_decimal(text)) << text;
  }
}

TEST(Integer, AgreesWithMachineArithmeticWhereThatIsExact) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(1000); ++i) {
    const std::uint64_t a = random.between(0, UINT64_MAX);
    const std::uint64_t b = random.between(1, UINT64_MAX);
    EXPECT_EQ(Integer(a) * Integer(b), Integer::from_uint128(uint128{a} * b));
    EXPECT_EQ(Integer(a) + Integer(b), Integer::from_uint128(uint128{a} + b));
    EXPECT_EQ((Integer(a) * Integer(b)).to_uint128(), uint128{a} * b);
    EXPECT_EQ(Integer(a) < Integer(b), a < b);
    EXPECT_EQ((Integer(a) * Integer(b)).divided_exactly_by(b), Integer(a));
    EXPECT_EQ(Integer(a).floor_divided_by(b), Integer(a / b));
    EXPECT_EQ((Integer(0) - Integer(a) - Integer(1)).floor_divided_by(Integer(a) + Integer(1)),
              Integer(0) - Integer(1));
  }
}

TEST(Integer, PowerMultipliesRepeatedly) {
  for (unsigned base = 0; base < 20; ++base) {
    for (unsigned exponent = 0; exponent < 25; ++exponent) {
      EXPECT_EQ(Integer::power(base, exponent), Integer::from_uint128(reference_power(base, exponent)));
    }
  }
}

TEST(Integer, KnowsWhatFitsAMachineWord) {
  EXPECT_TRUE((Integer::power(2, 64) - Integer(1)).fits_uint64());
  EXPECT_FALSE(Integer::power(2, 64).fits_uint64());
  EXPECT_EQ(Integer::power(2, 128).to_uint128(), std::nullopt);
  EXPECT_EQ((Integer::power(2, 128) - Integer(1)).to_uint128(), ~uint128{0});
  EXPECT_EQ((Integer(1) - Integer(2)).to_uint128(), std::nullopt);
}

TEST(IntegerDeathTest, DividingWithARemainderIsABrokenContract) {
  EXPECT_DEATH(static_cast<void>(Integer(7).divided_exactly_by(2)), "leaves no remainder");
}

}  // namespace
}  // namespace robin::math
