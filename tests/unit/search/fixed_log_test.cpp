// Logarithms in integers, and what rests on them, against Arb.

#include "search/prime_windows/fixed_log.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "math/arb.hpp"
#include "math/primes.hpp"
#include "search/prime_windows/margin_terms.hpp"
#include "search/strategies/colossally_abundant/higher_step.hpp"
#include "support/random.hpp"
#include "unit/search/stepwise_reference.hpp"

namespace robin::search::colossally_abundant {
namespace {

using stepwise_reference::Ball;

constexpr slong bits = 256;

void set(Ball& ball, uint128 value, slong scale) {
  Ball low;
  arb_set_ui(ball, static_cast<ulong>(value >> 64U));
  arb_mul_2exp_si(ball, ball, 64);
  arb_set_ui(low, static_cast<ulong>(value));
  arb_add(ball, ball, low, bits);
  arb_mul_2exp_si(ball, ball, -scale);
}

/// Whether log(value 2^-scale) lies in the enclosure.
bool contains(const Fixed& enclosure, uint128 value, slong scale) {
  Ball log;
  Ball end;
  set(log, value, scale);
  arb_log(log, log, bits);
  set(end, static_cast<uint128>(enclosure.lo < 0 ? 0 : enclosure.lo), fine_log_bits);
  if (enclosure.lo > 0 && !arb_le(end, log)) {
    return false;
  }
  set(end, static_cast<uint128>(enclosure.hi), fine_log_bits);
  return arb_le(log, end) != 0;
}

TEST(FixedLogTest, EnclosesAtEverySizeAndAtTheEdgesOfItsTable) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (unsigned width = 1; width <= 128; ++width) {
    const uint128 power = uint128{1} << (width - 1);
    std::vector<uint128> values = {power, power + (power - 1)};
    for (std::uint64_t i = 0; i < testing_support::rounds(50); ++i) {
      const uint128 any = uint128{random.between(0, UINT64_MAX)} << 64U | random.between(0, UINT64_MAX);
      values.push_back(power | (any & (power - 1)));
      // Next to a point of the table.
      const uint128 point = power + (power >> 8U) * random.between(0, 255);
      values.insert(values.end(), {point, point + (width > 10 ? 1 : 0), point > power ? point - 1 : power});
    }
    for (const uint128 value : values) {
      const Fixed log = fixed_log(value);
      ASSERT_TRUE(contains(log, value, 0)) << width;
      const int128 most = int128{1} << (fine_log_bits - (width <= 64 ? 64U : 61U));
      ASSERT_LE(log.hi - log.lo, most) << width;
      if (width > 64) {
        ASSERT_TRUE(contains(fixed_log(value, 64), value, 64)) << width;
      }
    }
  }
}

TEST(FixedLogTest, DivisionsAreRoundedToTheirSide) {
  EXPECT_TRUE(divided_up(7, 2) == 4 && divided_up(8, 2) == 4 && divided_up(0, 3) == 0);
  EXPECT_TRUE(divided_down(7, 2) == 3 && divided_down(-7, 2) == -4 && divided_down(-8, 2) == -4);
}

TEST(FixedLogTest, TheFloorOfGammaAndLogLogLiesClosestBelow) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (unsigned width = 66; width <= 127; ++width) {
    for (std::uint64_t i = 0; i < testing_support::rounds(20); ++i) {
      const uint128 any = uint128{random.between(0, UINT64_MAX)} << 64U | random.between(0, UINT64_MAX);
      const uint128 value = uint128{1} << (width - 1) | (any & ((uint128{1} << (width - 1)) - 1));
      Ball line;
      Ball gamma;
      Ball floor;
      set(line, value, log_bits);
      arb_log(line, line, bits);
      arb_log(line, line, bits);
      arb_const_euler(gamma, bits);
      arb_add(line, line, gamma, bits);
      const int128 found = log_log_floor(value);
      ASSERT_GT(found, 0);
      set(floor, static_cast<uint128>(found), growth_bits);
      ASSERT_TRUE(arb_le(floor, line)) << width;
      set(floor, static_cast<uint128>(found) + (uint128{1} << (growth_bits - 60U)), growth_bits);
      ASSERT_TRUE(arb_le(line, floor)) << width << ": not close";
    }
  }
}

TEST(FixedLogTest, HigherStepsLieBetweenTheirFloorAndTheNextNumberAndAddWhatArbSays) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (const unsigned height : {21U, 24U, 30U, 37U, 44U, 50U, 56U, 61U}) {
    const std::uint64_t begin = random.between(std::uint64_t{1} << height, std::uint64_t{2} << height);
    // About twenty steps with k = 2: of primes near sqrt(2 begin).
    const std::uint64_t end = begin + (std::uint64_t{1} << (height / 2)) * height * 40;
    const auto steps = higher_steps(begin, end);
    ASSERT_GE(steps.size(), 3U) << height;
    for (const HigherStep& step : steps) {
      Ball here;
      Ball at_floor;
      Ball above;
      stepwise_reference::parameter_of(here, step.prime, step.exponent);
      stepwise_reference::parameter_of(at_floor, step.floor, 1);
      stepwise_reference::parameter_of(above, step.floor + 1, 1);
      ASSERT_TRUE(arb_le(here, at_floor)) << step.prime << "^" << step.exponent;
      ASSERT_TRUE(arb_lt(above, here)) << step.prime << "^" << step.exponent;
      stepwise_reference::Walk walk;
      walk.take({step.prime, step.exponent, 0});
      ASSERT_TRUE(walk.meets(sums_of_step(step.prime, step.exponent))) << step.prime << "^" << step.exponent;
    }
  }
}

}  // namespace
}  // namespace robin::search::colossally_abundant
