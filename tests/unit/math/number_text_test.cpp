#include "math/number_text.hpp"

#include <gtest/gtest.h>

namespace robin::math {
namespace {

std::string read(std::string_view text) {
  const auto number = parse_integer(text);
  return accepted(number) != nullptr ? accepted(number)->to_decimal() : "refused: " + refusal_reason(number);
}

TEST(NumberText, ReadsPlainScientificAndPowerForms) {
  EXPECT_EQ(read("5040"), "5040");
  EXPECT_EQ(read("0"), "0");
  EXPECT_EQ(read("007"), "7");
  EXPECT_EQ(read("1e12"), "1000000000000");
  EXPECT_EQ(read("12E3"), "12000");
  EXPECT_EQ(read("2^40"), "1099511627776");
  EXPECT_EQ(read("2^63"), "9223372036854775808");
  EXPECT_EQ(read("0^0"), "1");
  EXPECT_EQ(read("1^99999999999999999999"), "1");
  EXPECT_EQ(read("0e5"), "0");
}

TEST(NumberText, RefusesEverythingElseInOneLineThatNamesTheForms) {
  for (const char* text : {"", "12abc", "abc", "-1", "1.5", "1e", "e5", "2^", "^2", "2^-1", "2^63+1", "1e1e1", "2**3",
                           "0x10", " 5", "5 ", "1_000", "\n"}) {
    const std::string answer = read(text);
    EXPECT_NE(answer.find("(write 123, 1e12 or 2^40)"), std::string::npos) << text << ": " << answer;
    EXPECT_EQ(answer.find('\n'), std::string::npos);
  }
}

TEST(NumberText, RefusesNumbersBeyondTheLimitWithoutComputingThem) {
  for (const char* text :
       {"1e10000", "2^40000", "2^99999999999999999999", "99999999999999999999^99999999", "9e999999999"}) {
    EXPECT_NE(read(text).find("more than 10000 digits"), std::string::npos) << text;
  }
  EXPECT_NE(read(std::string(10'001, '9')).find("more than 10000 digits"), std::string::npos);
  EXPECT_EQ(read("1e9999").size(), 10'000U);
}

TEST(NumberText, ScientificFormsAreCutTowardsZero) {
  EXPECT_EQ(scientific("0.000123999", 3), "1.23e-4");
  EXPECT_EQ(scientific("71000000000", 10), "7.1e10");
  EXPECT_EQ(scientific("12.5", 10), "1.25e1");
  EXPECT_EQ(scientific("3", 2), "3e0");
  EXPECT_EQ(scientific("0.00", 2), "0");
}

}  // namespace
}  // namespace robin::math
