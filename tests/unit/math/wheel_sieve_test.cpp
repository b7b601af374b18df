// The bits of the sieve, and what is summed up from them, beside libprimesieve's primes and plain loops.

#include "math/wheel_sieve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "math/near_primes.hpp"
#include "math/primes.hpp"
#include "support/random.hpp"

namespace robin::math {
namespace {

/// Bit by bit, by the definition of PrimeBits.
std::vector<std::uint64_t> written_out(const PrimeBits& bits, std::uint64_t begin, std::uint64_t end) {
  std::vector<std::uint64_t> primes;
  for (std::uint64_t number = std::max(begin, bits.begin); number < std::min(end, bits.end()); ++number) {
    const std::uint64_t offset = number - bits.begin;
    const auto* const residue = std::find(wheel_residues.begin(), wheel_residues.end(), offset % wheel_span);
    if (residue == wheel_residues.end()) {
      continue;
    }
    const auto bit =
        8 * (offset % word_span / wheel_span) + static_cast<std::uint64_t>(residue - wheel_residues.begin());
    if (((bits.words[offset / word_span] >> bit) & 1U) != 0) {
      primes.push_back(number);
    }
  }
  return primes;
}

std::vector<std::uint64_t> sieved(std::uint64_t begin, std::uint64_t end,
                                  const SievePlan& plan = SievePlan::of_this_machine()) {
  std::vector<std::uint64_t> primes;
  std::uint64_t at = begin / word_span * word_span;
  for_each_prime_bits(
      begin, end,
      [&](const PrimeBits& bits) {
        EXPECT_EQ(bits.begin, at) << "segments are neighbours";
        at = bits.end();
        const auto more = written_out(bits, begin, end);
        primes.insert(primes.end(), more.begin(), more.end());
      },
      plan);
  EXPECT_GE(at, end) << "segments cover the range";
  return primes;
}

TEST(WheelSieve, SievesWhatLibprimesieveFinds) {
  for (const std::uint64_t begin : {1024UL, 1025UL, 1'048'576UL, 999'999'999UL, 1UL << 40U, (1UL << 40U) - 500'000,
                                    17'592'185'000'000UL, (1UL << 53U) - 1'000'000}) {
    const std::uint64_t end = begin + std::min<std::uint64_t>(1'000'000, begin);
    EXPECT_EQ(sieved(begin, end), primes_in(begin, end)) << begin;
  }
}

TEST(WheelSieve, KeepsAPrimeThatTheRangeBeginsWith) {
  EXPECT_EQ(sieved(1031, 1031 * 1031), primes_in(1031, 1031 * 1031));
}

TEST(WheelSieve, CarriesEveryPrimeFromSegmentToSegment) {
  // Three long segments, and three large ones; sieving primes of both kinds, and those whose rounds are longer than
  // one.
  for (const std::uint64_t begin : {100'000'000'000UL, 10'000'000'000'000UL}) {
    const std::uint64_t end = begin + (begin < (1UL << 40U) ? 40'000'000 : 150'000'000);
    std::uint64_t count = 0;
    for_each_prime_bits(begin, end, [&](const PrimeBits& bits) {
      count += moments_of(bits, std::max(begin, bits.begin), std::min(end, bits.end()), begin, Moments::First).count;
    });
    EXPECT_EQ(count, count_primes(begin, end)) << begin;
  }
}

TEST(WheelSieve, SquaresOfPrimesAtTheEndAreNotTakenForPrimes) {
  for (const std::uint64_t prime : {1031UL, 16'381UL, 16'411UL, 65'537UL, 1'048'573UL, 4'194'301UL}) {
    const std::uint64_t end = prime * prime + 1;
    EXPECT_EQ(sieved(end - 1000, end), primes_in(end - 1000, end)) << prime;
  }
}

/// Segments of 8 KiB and of 128 KiB, and each kind of sieving prime from its least bound on, or none of it.
std::vector<SievePlan> plans() {
  std::vector<SievePlan> all;
  for (const std::uint64_t segment : {1UL << 13U, 1UL << 17U}) {
    const std::uint64_t near_end = NearPrimes::prime_end(segment);
    for (const bool vectors : {false, true}) {
      for (const auto& [near, far] :
           {std::pair{0UL, near_end}, {0UL, 0UL}, {1UL << 15U, 1UL << 16U}, {1UL << 40U, 1UL << 40U}}) {
        all.push_back({.stretch_bytes = 1UL << 14U,
                       .segment_bytes = segment,
                       .near_begin = near,
                       .far_begin = far,
                       .vectors = vectors});
      }
    }
  }
  return all;
}

TEST(WheelSieve, FindsTheSameByEveryPlan) {
  for (const std::uint64_t begin : {100'000'000UL, 10'000'000'000UL, 30'000'000'000'000UL}) {
    const std::uint64_t end = begin + testing_support::extent<std::uint64_t>(9'000'000, 2'000'000);
    const auto expected = primes_in(begin, end);
    for (const SievePlan& plan : plans()) {
      EXPECT_EQ(sieved(begin, end, plan), expected)
          << begin << " by segments of " << plan.segment_bytes << ", near primes from " << plan.near_begin
          << ", far ones from " << plan.far_begin << (plan.vectors ? ", by vectors" : "");
    }
  }
}

TEST(SievePlan, FitsTheCaches) {
  // Zen 4 and, without vectors, Zen 3; nothing known; what no plan follows.
  const SievePlan zen4 = SievePlan::of({.first_level_data = 32768, .second_level = 1 << 20U}, true);
  EXPECT_EQ(zen4.stretch_bytes, 32768U);
  EXPECT_EQ(zen4.segment_bytes, 524288U);
  EXPECT_EQ(zen4.near_begin, 262144U);
  EXPECT_EQ(zen4.far_begin, NearPrimes::prime_end(524288));
  const SievePlan zen3 = SievePlan::of({.first_level_data = 32768, .second_level = 1 << 19U}, false);
  EXPECT_EQ(zen3.segment_bytes, 262144U);
  EXPECT_EQ(zen3.near_begin, zen3.far_begin) << "no vectors, no near primes";
  EXPECT_EQ(SievePlan::of({}, false), zen3) << "unknown";
  const SievePlan odd = SievePlan::of({.first_level_data = 49152, .second_level = 1'310'720}, true);
  EXPECT_EQ(odd.stretch_bytes, 49152U);
  EXPECT_EQ(odd.segment_bytes, 524288U);
  EXPECT_EQ(SievePlan::of({.first_level_data = 1, .second_level = 1}, false).segment_bytes, 1U << 17U);
  EXPECT_EQ(SievePlan::of({.first_level_data = 1UL << 30U, .second_level = 1UL << 40U}, true).segment_bytes, 1U << 20U);
}

TEST(SievePlan, APersonMaySayHowLargeTheCacheIs) {
  const SievePlan before = SievePlan::of_this_machine();
  SievePlan::set_second_level(1 << 19U);
  EXPECT_EQ(SievePlan::of_this_machine().segment_bytes, 262144U);
  EXPECT_EQ(SievePlan::of_this_machine().stretch_bytes, before.stretch_bytes);
  SievePlan::set_second_level(2 * before.segment_bytes);
  EXPECT_EQ(SievePlan::of_this_machine(), before);
}

TEST(WheelSieve, RandomRangesAgree) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t round = 0; round < testing_support::rounds(30); ++round) {
    const std::uint64_t begin = random.between(1024, random.between(2048, 1UL << 43U));
    const std::uint64_t end = begin + random.between(1, std::min<std::uint64_t>(begin, 300'000));
    ASSERT_TRUE(is_wheel_sieve_range(begin, end)) << begin;
    ASSERT_EQ(sieved(begin, end), primes_in(begin, end)) << begin << " " << end;
  }
}

TEST(WheelSieve, KnowsWhichRangesItCanSieve) {
  EXPECT_FALSE(is_wheel_sieve_range(1023, 2000));
  EXPECT_TRUE(is_wheel_sieve_range(1024, 1024UL * 1024));
  EXPECT_FALSE(is_wheel_sieve_range(1024, 1024UL * 1024 + 1)) << "1031 might be a sieving prime of the range";
  EXPECT_TRUE(is_wheel_sieve_range(1UL << 52U, 1UL << 53U));
  EXPECT_FALSE(is_wheel_sieve_range(1UL << 52U, (1UL << 53U) + 1));
  EXPECT_FALSE(is_wheel_sieve_range(5000, 5000));
}

TEST(PrimeBits, MomentsAreThoseOfAPlainLoop) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const std::uint64_t begin = 10'000'000'000;
  for_each_prime_bits(begin, begin + 100'000, [&](const PrimeBits& bits) {
    for (std::uint64_t round = 0; round < testing_support::rounds(300); ++round) {
      const std::uint64_t length = random.between(0, random.between(1, 20'000));
      const std::uint64_t from = random.between(bits.begin, bits.end() - length);
      const std::uint64_t origin = from - random.between(0, 20'000);
      PrimeMoments expected;
      for (const std::uint64_t prime : written_out(bits, from, from + length)) {
        expected += {1, prime - origin, (prime - origin) * (prime - origin)};
      }
      const PrimeMoments second = moments_of(bits, from, from + length, origin, Moments::Second);
      ASSERT_EQ(second.count, expected.count);
      ASSERT_EQ(second.offset_sum, expected.offset_sum);
      ASSERT_EQ(second.square_sum, expected.square_sum);
      const PrimeMoments first = moments_of(bits, from, from + length, origin, Moments::First);
      ASSERT_EQ(first.count, expected.count);
      ASSERT_EQ(first.offset_sum, expected.offset_sum);
      ASSERT_EQ(first.square_sum, 0);
    }
  });
}

}  // namespace
}  // namespace robin::math
