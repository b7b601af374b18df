#include "search/strategies/exhaustive/abundancy_sieve.hpp"

#include <gtest/gtest.h>

#include <array>

#include "math/factor.hpp"
#include "math/robin.hpp"
#include "support/random.hpp"

namespace robin::search {
namespace {

using testing_support::Random;
using testing_support::rounds;

/// sigma(n)/n by factoring, enclosed.
void expect_within_bound(const AbundancySieve& sieve, std::uint64_t n) {
  const math::Interval truth = math::abundancy(math::factor(n), {100});
  EXPECT_LE(sieve.abundancy(n) * (1 - AbundancySieve::relative_error), truth.lower_double()) << n;
  EXPECT_GE(sieve.abundancy(n) * (1 + AbundancySieve::relative_error), truth.upper_double()) << n;
}

TEST(AbundancySieve, EveryNumberOfASmallSegmentLiesWithinTheProvenBound) {
  const AbundancySieve sieve(2, 20'000);
  for (std::uint64_t n = 2; n < 20'000; ++n) {
    expect_within_bound(sieve, n);
  }
}

TEST(AbundancySieve, SegmentsAtAnyHeightLieWithinTheProvenBound) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint64_t height :
       std::array<std::uint64_t, 4>{1'000'000, 10'000'000'000, 1'000'000'000'000, 1'000'000'000'000'000}) {
    const std::uint64_t begin = random.between(height, 2 * height);
    const AbundancySieve sieve(begin, begin + 2000);
    for (std::uint64_t i = 0; i < rounds(150); ++i) {
      expect_within_bound(sieve, begin + random.between(0, 1999));
    }
  }
}

TEST(AbundancySieve, SquaresOfPrimesAtTheRootAreNotTakenForPrimes) {
  // The segment ends just above p^2, and just at it.
  for (const std::uint64_t p : std::array<std::uint64_t, 3>{101, 10'007, 1'000'003}) {
    for (const std::uint64_t end : {p * p, p * p + 1, p * p + 2}) {
      const AbundancySieve sieve(end - 5, end);
      for (std::uint64_t n = end - 5; n < end; ++n) {
        expect_within_bound(sieve, n);
      }
    }
  }
}

TEST(AbundancySieve, LengthGrowsWithTheRootWithinItsLimits) {
  EXPECT_EQ(AbundancySieve::length_for(2), 1U << 15U);
  EXPECT_EQ(AbundancySieve::length_for(std::uint64_t{1} << 62U), 1U << 22U);
  EXPECT_GT(AbundancySieve::length_for(1'000'000'000'000), AbundancySieve::length_for(1'000'000));
}

}  // namespace
}  // namespace robin::search
