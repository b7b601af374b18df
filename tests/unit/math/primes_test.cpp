#include "math/primes.hpp"

#include <gtest/gtest.h>

#include <array>

#include "math/factor.hpp"
#include "math/integer.hpp"

namespace robin::math {
namespace {

/// The oldest algorithm: Eratosthenes on a list of flags.
std::vector<std::uint64_t> reference_primes(std::uint64_t end) {
  std::vector<bool> composite(end);
  std::vector<std::uint64_t> primes;
  for (std::uint64_t n = 2; n < end; ++n) {
    if (composite[n]) {
      continue;
    }
    primes.push_back(n);
    for (std::uint64_t multiple = n * n; multiple < end; multiple += n) {
      composite[multiple] = true;
    }
  }
  return primes;
}

TEST(Primes, AgreeWithEratosthenes) {
  const auto expected = reference_primes(100'000);
  EXPECT_EQ(primes_in(0, 100'000), expected);
  EXPECT_EQ(first_primes(expected.size()), expected);
}

TEST(Primes, RangesAreHalfOpen) {
  EXPECT_EQ(primes_in(7, 13), (std::vector<std::uint64_t>{7, 11}));
  EXPECT_EQ(primes_in(8, 11), std::vector<std::uint64_t>{});
  EXPECT_EQ(primes_in(11, 11), std::vector<std::uint64_t>{});
  EXPECT_EQ(count_primes(7, 13), 2U);
}

TEST(Primes, CountsAndSumsMatchThePublishedTables) {
  // OEIS A006880 and A046731.
  const std::array<std::uint64_t, 7> counts = {4, 25, 168, 1229, 9592, 78'498, 664'579};
  const std::array<std::uint64_t, 7> sums = {17,          1060,           76'127,           5'736'396,
                                             454'396'537, 37'550'402'023, 3'203'324'994'356};
  std::uint64_t end = 1;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    end *= 10;
    std::uint64_t sum = 0;
    for_each_prime(0, end, [&sum](std::uint64_t p) {
      sum += p;
      return true;
    });
    EXPECT_EQ(count_primes(0, end), counts[k]);
    EXPECT_EQ(sum, sums[k]);
  }
}

TEST(Primes, WalkStopsWhenTold) {
  std::vector<std::uint64_t> seen;
  for_each_prime(10, 1'000'000, [&seen](std::uint64_t p) {
    seen.push_back(p);
    return seen.size() < 3;
  });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{11, 13, 17}));
}

TEST(Primes, NearTheEndOfPositionsAreFound) {
  // 2^63 - 25 is the greatest prime below 2^63 (OEIS A013603).
  const std::uint64_t end = std::uint64_t{1} << 63U;
  EXPECT_EQ(primality(Integer(end - 25)), Primality::Prime);
  EXPECT_EQ(next_prime(end - 26), end - 25);
}

}  // namespace
}  // namespace robin::math
