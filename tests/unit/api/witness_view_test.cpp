#include "api/witness_view.hpp"

#include <gtest/gtest.h>

namespace robin::api {
namespace {

TEST(WitnessView, WhatIsShortIsShownInDigits) {
  const search::Witness witness{"2^3*3", "1.7", "1.8"};
  for (const Witness& seen :
       {view(witness), view(witness, search::read_claimed(witness.factorization, search::for_a_list))}) {
    EXPECT_EQ(seen.n, "24");
    EXPECT_EQ(seen.sigma, "60");
    EXPECT_TRUE(seen.known_exception);
  }
}

TEST(WitnessView, WhatTakesLongToReadIsShownUnread) {
  // Each run is sieved by all primes up to a million; the last one has many primes, and then one that is long to prove.
  for (const std::string text : {"999999999707..999999999767*999999999847..999999999857*999999999863..999999999877",
                                 "2..179424673", "2*170141183460469231731687303715884105727"}) {
    EXPECT_FALSE(search::read_claimed(text, search::for_a_list)) << text;
    EXPECT_EQ(view({text, "1.7", "1.8"}, std::nullopt).factorization, text);
    EXPECT_FALSE(view({text, "1.7", "1.8"}, std::nullopt).n);
  }
  EXPECT_TRUE(search::read_claimed("999999999707..999999999767*999999999847", search::for_a_list));
  EXPECT_TRUE(search::read_claimed("2^20*3..1000003", search::for_a_list));
  EXPECT_FALSE(search::read_claimed("no factorisation", search::for_a_list));
  EXPECT_EQ(view({"2*170141183460469231731687303715884105727", "1", "2"}).n, "340282366920938463463374607431768211454")
      << "what this process found is shown";
}

}  // namespace
}  // namespace robin::api
