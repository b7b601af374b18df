#include "core/backoff.hpp"

#include <gtest/gtest.h>

namespace robin::core {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsLimitAndBeginsAgainAfterAMinuteThatWentWell) {
  Backoff backoff({.jitter = false});
  for (const auto wait : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    EXPECT_EQ(backoff.next_after(59s), wait);
  }
  EXPECT_EQ(backoff.next_after(60s), 1s);
  EXPECT_EQ(backoff.next_after(0s), 2s);
  backoff.reset();
  EXPECT_EQ(backoff.next(), 1s);
}

TEST(Backoff, ARuleMaySayAlwaysTheSame) {
  Backoff backoff({.first = 300ms, .greatest = 300ms, .jitter = false});
  EXPECT_EQ(backoff.next(), 300ms);
  EXPECT_EQ(backoff.next(), 300ms);
}

TEST(Backoff, JitterSpreadsAFleetOverTheWholeWait) {
  Milliseconds least = 1h;
  Milliseconds greatest{0};
  for (int member = 0; member < 200; ++member) {
    Backoff backoff({.first = 200ms, .greatest = 10s});
    for (int failure = 0; failure < 8; ++failure) {
      (void)backoff.next();
    }
    const auto wait = backoff.next();
    least = std::min(least, wait);
    greatest = std::max(greatest, wait);
  }
  EXPECT_GE(least, 100ms);
  EXPECT_LE(greatest, 10s);
  // Of 200 that are drawn evenly none falls into a given fifth with a chance of 4e-20.
  EXPECT_LT(least, 2s);
  EXPECT_GT(greatest, 8s);
}

TEST(Jitter, AroundASpanIsHalfAsMuchToHalfAsMuchAgain) {
  Jitter jitter(7);
  for (int draw = 0; draw < 1000; ++draw) {
    const auto span = jitter.around(10s);
    EXPECT_GE(span, 5s);
    EXPECT_LE(span, 15s);
  }
}

}  // namespace
}  // namespace robin::core
