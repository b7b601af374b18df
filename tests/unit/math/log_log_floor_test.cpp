#include "math/log_log_floor.hpp"

#include <gtest/gtest.h>

#include "math/interval.hpp"
#include "support/random.hpp"

namespace robin::math {
namespace {

using testing_support::Random;
using testing_support::rounds;

TEST(LogLogFloor, LiesBelowTheTruthAndCloseToIt) {
  const LogLogFloor floor(8000);
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(20'000); ++i) {
    // u = log n as an exact fraction, handed over with the error that is allowed.
    const std::uint64_t thousandths = random.between(9'000, 7'999'000);
    const Interval log_log = Interval::log(Interval::from_ratio(thousandths, 1000, {80}), {80});
    const double u = static_cast<double>(thousandths) / 1000 * (1 + 0x1p-41);
    EXPECT_LE(floor(u), log_log.lower_double()) << thousandths;
    EXPECT_GE(floor(u), log_log.upper_double() - 2e-3) << thousandths;
  }
}

TEST(LogLogFloor, LiesBelowTheTruthAtWholeNumbers) {
  const LogLogFloor floor(200);
  for (std::uint64_t u = 9; u < 199; ++u) {
    const Interval log_log = Interval::log(Interval::from(u, {80}), {80});
    EXPECT_LE(floor(static_cast<double>(u)), log_log.lower_double());
  }
}

TEST(LogLogFloor, ExcludesNothingWhereTheExceptionsLie) {
  const LogLogFloor floor(20);
  EXPECT_EQ(floor(0.69), 0.0);
  EXPECT_EQ(floor(8.53), 0.0);  // log 5040 < 8.53
}

}  // namespace
}  // namespace robin::math
