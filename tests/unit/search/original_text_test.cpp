#include "search/original_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>

#include "math/factor.hpp"
#include "support/random.hpp"

namespace robin::search {
namespace {

using testing_support::Random;
using testing_support::rounds;

math::Factorization never() {
  ADD_FAILURE() << "the factorisation was asked for although nothing was in doubt";
  return math::factor(2);
}

std::string printed(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), ",%5.4f", value);
  return buffer.data();
}

TEST(OriginalText, PrintsAsPrintfDoesWhereNothingIsInDoubt) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(20'000); ++i) {
    const double ratio = static_cast<double>(random.between(1, 20'000'000)) / 1'000'000 + 1e-7 * 0.3;
    if (std::abs(ratio * 1e4 - std::floor(ratio * 1e4) - 0.5) < 1e-3) {
      continue;
    }
    std::string text;
    append_ratio(text, ratio, never);
    ASSERT_EQ(text, printed(ratio));
  }
}

TEST(OriginalText, AsksForTheNumberWhereTheFourthDecimalIsInDoubt) {
  // The ratio of 5040 is 1.7909733...; whatever near a boundary is claimed, the number itself decides.
  std::string text;
  append_ratio(text, 1.79095, [] { return math::factor(5040); });
  EXPECT_EQ(text, ",1.7910");
}

TEST(OriginalText, TheRatioOfTwoIsNegative) {
  std::string text;
  append_ratio(text, 1.5 / std::log(std::log(2.0)), [] { return math::factor(2); });
  EXPECT_EQ(text, printed(1.5 / std::log(std::log(2.0))));
}

}  // namespace
}  // namespace robin::search
