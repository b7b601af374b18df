#include "search/witness.hpp"

#include <gtest/gtest.h>

#include "math/factor.hpp"
#include "math/robin.hpp"

namespace robin::search {
namespace {

TEST(Witness, CarriesCanonicalFactorsAndOutwardRoundedEnds) {
  const math::Factorization n = math::factor(5040);
  const Witness witness = Witness::from(n, math::assess(n, {}).ratio);
  EXPECT_EQ(witness.factorization, "2^4*3^2*5*7");
  EXPECT_EQ(witness.ratio_lo.substr(0, 8), "1.790973");
  EXPECT_EQ(compare_decimals(witness.ratio_lo, witness.ratio_hi), -1);
  EXPECT_EQ(witness.ratio_lo.size(), ratio_digits + 1U);
}

TEST(Witness, DecimalsCompareByValue) {
  EXPECT_EQ(compare_decimals("1.767", "1.7670"), 0);
  EXPECT_EQ(compare_decimals("14.1", "1.99"), 1);
  EXPECT_EQ(compare_decimals("1.99", "14.1"), -1);
  EXPECT_EQ(compare_decimals("-4.09", "1.7"), -1);
  EXPECT_EQ(compare_decimals("-4.09", "-4.1"), 1);
  EXPECT_EQ(compare_decimals("2", "1.999"), 1);
  EXPECT_EQ(compare_decimals("2", "2.0000"), 0);
}

TEST(Witness, OverlappingEnclosuresAreNotGreater) {
  EXPECT_FALSE(certainly_greater({"2", "1.5", "1.7"}, {"3", "1.4", "1.6"}));
  EXPECT_TRUE(certainly_greater({"2", "1.5", "1.7"}, {"3", "1.4", "1.49"}));
}

}  // namespace
}  // namespace robin::search
