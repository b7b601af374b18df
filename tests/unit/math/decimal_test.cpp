#include "math/decimal.hpp"

#include <gtest/gtest.h>

namespace robin::math {
namespace {

std::string canonical(std::string_view text) {
  const auto decimal = Decimal::parse(text);
  return accepted(decimal) != nullptr ? accepted(decimal)->text() : "refused";
}

TEST(Decimal, EqualValuesHaveOneText) {
  EXPECT_EQ(canonical("1.767"), "1.767");
  EXPECT_EQ(canonical("1.7670"), "1.767");
  EXPECT_EQ(canonical("01.767000"), "1.767");
  EXPECT_EQ(canonical("2"), "2");
  EXPECT_EQ(canonical("2.0"), "2");
  EXPECT_EQ(canonical("0.05"), "0.05");
  EXPECT_EQ(canonical("10"), "10");
}

TEST(Decimal, KeepsTheExactValue) {
  const auto decimal = Decimal::parse("1.767");
  ASSERT_NE(accepted(decimal), nullptr);
  EXPECT_EQ(accepted(decimal)->numerator(), Integer(1767));
  EXPECT_EQ(accepted(decimal)->denominator(), Integer(1000));
}

TEST(Decimal, RefusesWhatIsNoDecimalNumber) {
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "nan", "inf", "1.2.3", " 1", "1 ",
                           "1234567890123456789012345678901", "0.1234567890123456789012345678901"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
}

}  // namespace
}  // namespace robin::math
