#include "search/strategies/exhaustive/ratio_histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "search/examine.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"

namespace robin::search::exhaustive {
namespace {

using testing_support::parameters;

class RatioHistogramTest : public testing::Test {
 protected:
  [[nodiscard]] RatioHistogram of(std::uint64_t begin, std::uint64_t end, std::string_view threshold) const {
    const auto result = examine(*strategies_.find("exhaustive"), {{begin}, {end}}, parameters(threshold), {});
    return *RatioHistogram::from(result.findings.extras.at(RatioHistogram::key));
  }

 private:
  Strategies strategies_;
};

TEST_F(RatioHistogramTest, CountsEachNumberInTheClassOfItsRatio) {
  constexpr std::uint64_t end = testing_support::extent(200'000U, 4'000U);
  std::vector<std::uint64_t> sigma(end, 0);
  for (std::uint64_t d = 1; d < end; ++d) {
    for (std::uint64_t multiple = d; multiple < end; multiple += d) {
      sigma[multiple] += d;
    }
  }
  for (const auto& [text, threshold] : {std::pair("1.5", 1.5L), std::pair("0.7", 0.7L), std::pair("1.767", 1.767L)}) {
    RatioHistogram expected;
    for (std::uint64_t n = 2; n < end; ++n) {
      const auto x = static_cast<long double>(n);
      const long double ratio = static_cast<long double>(sigma[n]) / x / std::log(std::log(x));
      const long double place = std::floor((ratio / threshold - 0.989L) * 1000);
      expected.count(place < 1 ? 0 : place >= 11 ? 11 : static_cast<std::size_t>(place));
    }
    EXPECT_EQ(of(2, end, text), expected) << text;
    RatioHistogram sum = of(2, end / 3, text);
    sum += of(end / 3, end, text);
    EXPECT_EQ(sum, expected) << text;
  }
}

/// 3 has the ratio 4 / (3 log log 3); a threshold just above a border that the ratio all but meets is told by
/// enclosures: the double would not know.
TEST_F(RatioHistogramTest, ABorderThatADoubleCannotTellIsSettledByEnclosures) {
  const auto one = [&](std::string_view threshold) { return of(3, 4, threshold).counts(); };
  const auto result = examine(*Strategies().find("exhaustive"), {{3}, {4}}, parameters("1"), {});
  const std::string below = result.findings.witnesses.front().ratio_lo;
  const std::string above = result.findings.witnesses.front().ratio_hi;
  EXPECT_EQ(one(below)[11], 1U) << below;
  EXPECT_EQ(one(above)[11], 0U) << above;
  EXPECT_EQ(one(above)[10], 1U) << above;
}

TEST_F(RatioHistogramTest, RoundTripsAsTextAndRefusesWhatIsNone) {
  RatioHistogram histogram;
  histogram.count(0, 123);
  histogram.count(11, 18'446'744'073'709'551'615U);
  EXPECT_EQ(RatioHistogram::from(histogram.text()), histogram);
  for (const char* text :
       {"", "1 2 3", "1 2 3 4 5 6 7 8 9 10 11 12 13", "1 2 3 4 5 6 7 8 9 10 11 x", "1  2 3 4 5 6 7 8 9 10 11 12",
        "1 2 3 4 5 6 7 8 9 10 11 18446744073709551616", "-1 2 3 4 5 6 7 8 9 10 11 12"}) {
    EXPECT_FALSE(RatioHistogram::from(text)) << text;
  }
}

}  // namespace
}  // namespace robin::search::exhaustive
