// Claims: what results say of numbers, judged from their factors alone.

#include "search/claim.hpp"

#include <gtest/gtest.h>

#include "support/planted_bar.hpp"

namespace robin::search {
namespace {

class ClaimTest : public testing::Test {
 protected:
  [[nodiscard]] Standing robin(const std::string& number) const {
    return judge(*strategies_.find("superabundant"), number, for_one_number);
  }
  [[nodiscard]] Standing nicolas(const std::string& number) const {
    return judge(*strategies_.find("primorial"), number, for_one_number);
  }
  Strategies strategies_;
};

TEST_F(ClaimTest, TheTwentySevenAreKnownAndNothingElseViolatesRobinsInequality) {
  EXPECT_EQ(robin("2^4*3^2*5*7"), Standing::Known);
  EXPECT_EQ(robin("2"), Standing::Known);
  EXPECT_EQ(robin("7"), Standing::Holds);
  EXPECT_EQ(robin("2^5*3^2*5*7"), Standing::Holds);
}

TEST_F(ClaimTest, PrimorialsAreJudgedByNicolasInequality) {
  for (const char* number : {"2", "2..3", "2..5", "2..7", "2..97", "2..15485863"}) {
    EXPECT_EQ(nicolas(number), Standing::Holds) << number;
  }
  // Which says nothing of others, though many fail it.
  EXPECT_EQ(nicolas("97"), Standing::Holds);
  EXPECT_EQ(nicolas("2^2*3..97"), Standing::Holds);
}

TEST_F(ClaimTest, WhatViolatesAPlantedBarViolates) {
  const testing_support::PlantedBar low("0.5");
  EXPECT_EQ(robin("2^5*3^2*5*7*11"), Standing::Violates);
  EXPECT_EQ(nicolas("2..97"), Standing::Holds);
  const testing_support::PlantedBar high("0.9");
  EXPECT_EQ(nicolas("2..97"), Standing::Violates);
  EXPECT_EQ(nicolas("97"), Standing::Holds);
}

TEST_F(ClaimTest, WhatTakesTooLongToReadIsNotRead) {
  EXPECT_EQ(robin("2..982451653"), Standing::Unread);
  EXPECT_EQ(robin("no factorisation"), Standing::Unread);
  EXPECT_EQ(robin("2*2"), Standing::Unread);
  EXPECT_EQ(robin("4"), Standing::Unread);
  EXPECT_EQ(judge(*strategies_.find("superabundant"), "2..15485863", for_a_list), Standing::Unread);
}

TEST_F(ClaimTest, AWitnessIsCertifiedAnewOrNotAtAll) {
  const auto number = *read_claimed("2^5*3^2*5*7", for_a_list);
  const auto exact = Witness::from(number, math::assess(number, {}).ratio);
  const auto claim = [&](const std::string& lo, const std::string& hi) {
    return certified(*strategies_.find("superabundant"), {exact.factorization, lo, hi}, number);
  };
  EXPECT_EQ(claim(exact.ratio_lo, exact.ratio_hi), exact);
  EXPECT_EQ(claim("1.7", exact.ratio_hi), std::nullopt) << "wider than anybody computes";
  EXPECT_EQ(claim(exact.ratio_lo, exact.ratio_lo), exact) << "no enclosure, but near enough to be an honest one";
  EXPECT_FALSE(claim("1.7811", "1.7811")) << "another ratio";
  EXPECT_FALSE(claim("0", "9")) << "an enclosure of everything";
  EXPECT_FALSE(claim(exact.ratio_hi, "1")) << "its ends the other way round";
}

}  // namespace
}  // namespace robin::search
