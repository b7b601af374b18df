// Which slices are computed again: every one with the same chance, so many as are asked for, never more than there is
// room for. Statistics are wrong once in 10^9 runs.

#include "flow/rules/slice_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/entropy.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

/// Shows it the slices 0 to count - 1.
void see(SliceSample<std::uint64_t>& sample, std::uint64_t count) {
  for (std::uint64_t slice = 0; slice < count; ++slice) {
    slice += sample.pass(count - slice);
    if (slice < count) {
      sample.keep(slice);
    }
  }
}

/// What a sum of squares of so many deviations stays below, once in 10^9 not (Wilson, Hilferty 1931).
double chi_square_bound(double degrees) {
  constexpr double deviations = 6.0;
  const double c = 2 / (9 * degrees);
  return degrees * std::pow(1 - c + deviations * std::sqrt(c), 3);
}

double chi_square(const std::vector<std::uint64_t>& counts) {
  double sum = 0;
  for (const auto count : counts) {
    sum += static_cast<double>(count);
  }
  const double expected = sum / static_cast<double>(counts.size());
  double all = 0;
  for (const auto count : counts) {
    all += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) / expected;
  }
  return all;
}

TEST(SliceSample, EverySliceHasTheSameChanceWhereverItStands) {
  constexpr std::uint64_t slices = 300;
  for (const double share : {1.0, 0.3}) {
    std::vector<std::uint64_t> taken(slices);
    for (std::uint64_t round = 0; round < testing_support::rounds(4000); ++round) {
      SliceSample<std::uint64_t> sample(share, 20, core::from_entropy());
      see(sample, slices);
      EXPECT_EQ(sample.seen(), slices);
      while (const auto slice = sample.take()) {
        ++taken[*slice];
      }
    }
    EXPECT_LT(chi_square(taken), chi_square_bound(slices - 1)) << share;
  }
}

TEST(SliceSample, WhereverASliceStandsInItsBlockWhileOthersAreTaken) {
  // Blocks of 16 slices come one after the other, and one slice is taken for each block.
  constexpr std::uint64_t slices = 16;
  std::vector<std::uint64_t> taken(slices);
  SliceSample<std::uint64_t> sample(1, 10, core::from_entropy());
  for (std::uint64_t block = 0; block < testing_support::rounds(100'000); ++block) {
    see(sample, slices);
    ++taken[sample.take().value()];
  }
  EXPECT_LT(chi_square(taken), chi_square_bound(slices - 1));
}

TEST(SliceSample, WheneverItCame) {
  // A thousand slices come, one is taken after every ten: of each hundred as many.
  constexpr std::uint64_t slices = 1000;
  std::vector<std::uint64_t> taken(10);
  for (std::uint64_t round = 0; round < testing_support::rounds(400); ++round) {
    SliceSample<std::uint64_t> sample(1, slices, core::from_entropy());
    for (std::uint64_t slice = 0; slice < slices; ++slice) {
      ASSERT_EQ(sample.pass(1), 0U);
      sample.keep(slice);
    }
    for (std::uint64_t i = 0; i < slices / 10; ++i) {
      ++taken[*sample.take() / 100];
    }
  }
  EXPECT_LT(chi_square(taken), chi_square_bound(static_cast<double>(taken.size()) - 1));
}

TEST(SliceSample, TakesTheShareThatIsAskedForAtMost) {
  constexpr std::uint64_t slices = 1'000'000;
  constexpr double share = 0.05;
  SliceSample<std::uint64_t> sample(share, slices, core::from_entropy());
  see(sample, slices);
  EXPECT_NEAR(static_cast<double>(sample.kept()), share * slices, 6 * std::sqrt(share * (1 - share) * slices));
  SliceSample<std::uint64_t> all(1, slices, core::from_entropy());
  see(all, 1000);
  EXPECT_EQ(all.kept(), 1000U);
  SliceSample<std::uint64_t> none(0, slices, core::from_entropy());
  EXPECT_EQ(none.pass(slices), slices);
  EXPECT_TRUE(none.is_empty());
  EXPECT_FALSE(none.take());
}

TEST(SliceSample, KeepsNoMoreThanThereIsRoomFor) {
  SliceSample<std::uint64_t> sample(1, 7, core::from_entropy());
  for (int i = 0; i < 1000; ++i) {
    see(sample, 100);
    ASSERT_EQ(sample.kept(), 7U);
  }
  for (int i = 0; i < 7; ++i) {
    EXPECT_TRUE(sample.take());
  }
  EXPECT_FALSE(sample.take());
  EXPECT_EQ(sample.seen(), 100'000U);
}

TEST(SliceSample, NobodyForeseesIt) {
  const auto first_of = [] {
    SliceSample<std::uint64_t> sample(1, 1, core::from_entropy());
    see(sample, std::uint64_t{1} << 40U);
    return *sample.take();
  };
  // Two draws of 2^40 slices are the same once in 10^12.
  EXPECT_NE(first_of(), first_of());
}

}  // namespace
}  // namespace robin::flow
