#include "math/prime_sums.hpp"

#include <gtest/gtest.h>

#include "math/interval.hpp"
#include "math/primes.hpp"
#include "support/random.hpp"

namespace robin::math {
namespace {

TEST(PrimeSums, OneByOneAgreesWithTheSieveAndWithMpfi) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint64_t height : {std::uint64_t{2}, std::uint64_t{1000}, std::uint64_t{1} << 40U}) {
    const std::uint64_t begin = height == 2 ? 2 : random.between(height, 2 * height);
    const auto sums = sum_primes_one_by_one(begin, begin + 3000, EulerFactor::Sigma);
    const auto totient = sum_primes_one_by_one(begin, begin + 3000, EulerFactor::Totient);
    constexpr PrecisionBits bits{200};
    std::uint64_t count = 0;
    Integer sum;
    Interval log_sum(bits);
    Interval growth_sum(bits);
    Interval totient_sum(bits);
    for (const std::uint64_t p : primes_in(begin, begin + 3000)) {
      ++count;
      sum += Integer(p);
      log_sum = Interval::add(log_sum, Interval::log(Interval::from(Integer(p), bits), bits), bits);
      growth_sum =
          Interval::add(growth_sum, Interval::log(Interval::from_ratio(Integer(p + 1), Integer(p), bits), bits), bits);
      totient_sum =
          Interval::add(totient_sum, Interval::log(Interval::from_ratio(Integer(p), Integer(p - 1), bits), bits), bits);
    }
    EXPECT_EQ(sums.count, count);
    EXPECT_EQ(sums.sum, sum);
    EXPECT_EQ(sums.log_lo, log_sum.lower_scaled(64));
    EXPECT_EQ(sums.log_hi, log_sum.upper_scaled(64));
    EXPECT_EQ(sums.growth_lo, growth_sum.lower_scaled(96));
    EXPECT_EQ(sums.growth_hi, growth_sum.upper_scaled(96));
    EXPECT_EQ(totient.growth_lo, totient_sum.lower_scaled(96));
    EXPECT_EQ(totient.growth_hi, totient_sum.upper_scaled(96));
  }
}

TEST(PrimeSums, AnEmptyRangeIsNothing) {
  const auto sums = sum_primes_one_by_one(24, 29, EulerFactor::Sigma);
  EXPECT_EQ(sums.count, 0U);
  EXPECT_EQ(sums.log_hi, Integer(0));
}

}  // namespace
}  // namespace robin::math
