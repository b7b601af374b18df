// Containment: draw exact rationals, compute exactly, and assert that the enclosure holds the exact result. A bound
// that was rounded to the wrong side fails here at low precision, where nearly every operation rounds.

#include "math/interval.hpp"

#include <gtest/gtest.h>

#include <array>

#include "math/arb.hpp"
#include "support/random.hpp"

#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace robin::math {
namespace {

using testing_support::Random;
using testing_support::rounds;

constexpr std::array<long, 5> precisions = {2, 3, 10, 53, 128};

struct Rational {
  Integer numerator;
  Integer denominator;
};

Rational draw(Random& random) { return {random.integer(80) + Integer(1), random.integer(80) + Integer(1)}; }

Interval enclose(const Rational& value, PrecisionBits precision) {
  return Interval::from_ratio(value.numerator, value.denominator, precision);
}

/// Runs check(random, precision) at every precision, with the seed in the trace.
template <class Check>
void at_every_precision(Check check) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (const long bits : precisions) {
    for (std::uint64_t i = 0; i < rounds(200); ++i) {
      check(random, PrecisionBits{bits});
    }
  }
}

TEST(Interval, RatioContainsTheExactRatio) {
  at_every_precision([](Random& random, PrecisionBits precision) {
    const Rational a = draw(random);
    EXPECT_TRUE(enclose(a, precision).contains_ratio(a.numerator, a.denominator));
    EXPECT_TRUE(Interval::from(a.numerator, precision).contains_ratio(a.numerator, 1));
  });
}

TEST(Interval, SumDifferenceProductAndQuotientContainTheExactOnes) {
  at_every_precision([](Random& random, PrecisionBits precision) {
    const Rational a = draw(random);
    const Rational b = draw(random);
    const Interval x = enclose(a, precision);
    const Interval y = enclose(b, precision);
    const Integer common = a.denominator * b.denominator;
    const Integer left = a.numerator * b.denominator;
    const Integer right = b.numerator * a.denominator;
    EXPECT_TRUE(Interval::add(x, y, precision).contains_ratio(left + right, common));
    EXPECT_TRUE(Interval::sub(x, y, precision).contains_ratio(left - right, common));
    EXPECT_TRUE(Interval::mul(x, y, precision).contains_ratio(a.numerator * b.numerator, common));
    EXPECT_TRUE(Interval::div(x, y, precision).contains_ratio(left, right));
    EXPECT_TRUE(Interval::mul(x, 12'345, precision).contains_ratio(a.numerator * Integer(12'345), a.denominator));
  });
}

TEST(Interval, LogarithmOfAProductLiesInTheSumOfLogarithms) {
  at_every_precision([](Random& random, PrecisionBits precision) {
    // log(ab) is enclosed at high precision; every enclosure of log a + log b at low precision must hold all of it.
    const Integer a = random.integer(200) + Integer(1);
    const Integer b = random.integer(200) + Integer(1);
    const PrecisionBits fine{400};
    const Interval exact = Interval::log(Interval::from(a * b, fine), fine);
    const Interval sum = Interval::add(Interval::log(Interval::from(a, precision), precision),
                                       Interval::log(Interval::from(b, precision), precision), precision);
    EXPECT_FALSE(exact.certainly_less_than(sum));
    EXPECT_FALSE(sum.certainly_less_than(exact));
    EXPECT_TRUE(sum.contains(exact));
  });
}

TEST(Interval, ExponentialUndoesTheLogarithm) {
  at_every_precision([](Random& random, PrecisionBits precision) {
    const Rational a = draw(random);
    const Interval log = Interval::log(enclose(a, precision), precision);
    EXPECT_TRUE(Interval::exp(log, precision).contains_ratio(a.numerator, a.denominator));
  });
}

/// Arb computes the same function by its own algorithms; the two enclosures must overlap and both be narrow.
class ArbNumber {
 public:
  ArbNumber() { arb_init(value_); }
  ArbNumber(const ArbNumber&) = delete;
  ArbNumber& operator=(const ArbNumber&) = delete;
  ~ArbNumber() { arb_clear(value_); }
  arb_ptr get() { return value_; }
  [[nodiscard]] double middle() { return arf_get_d(arb_midref(value_), ARF_RND_NEAR); }

 private:
  arb_t value_;
};

TEST(Interval, AgreesWithArbOnConstantsLogarithmsAndExponentials) {
  const PrecisionBits precision{200};
  ArbNumber arb;
  arb_const_euler(arb.get(), precision.value);
  const Interval gamma = Interval::euler_gamma(precision);
  EXPECT_LE(gamma.lower_double(), arb.middle());
  EXPECT_GE(gamma.upper_double(), arb.middle());
  EXPECT_EQ(gamma.lower_decimal(30), "0.577215664901532860606512090082");
  EXPECT_EQ(gamma.upper_decimal(30), "0.577215664901532860606512090083");
  const Interval e_gamma = Interval::exp(gamma, precision);
  EXPECT_EQ(e_gamma.lower_decimal(40), "1.781072417990197985236504103107179549169");
  EXPECT_EQ(e_gamma.upper_decimal(40), "1.781072417990197985236504103107179549170");
  for (std::uint64_t n = 2; n < 500; ++n) {
    arb_log_ui(arb.get(), n, precision.value);
    const Interval log = Interval::log(Interval::from(n, precision), precision);
    EXPECT_LE(log.lower_double(), arb.middle());
    EXPECT_GE(log.upper_double(), arb.middle());
    EXPECT_EQ(log.lower_end_to_nearest(), arb.middle());
  }
  flint_cleanup();
}

TEST(Interval, RootsContainTheExactRoot) {
  at_every_precision([](Random& random, PrecisionBits precision) {
    const Rational a = draw(random);
    const Rational square{a.numerator * a.numerator, a.denominator * a.denominator};
    EXPECT_TRUE(Interval::sqrt(enclose(square, precision), precision).contains_ratio(a.numerator, a.denominator));
  });
}

TEST(Interval, ExponentialIntegralsContainArbs) {
  at_every_precision([](Random& random, PrecisionBits precision) {
    const auto thousandth = Integer(random.between(1, 200'000));
    const Interval found = Interval::exponential_integral(enclose({thousandth, 1000}, precision), precision);
    ArbNumber arb;
    ArbNumber one;
    arb_set_ui(one.get(), 1);
    arb_set_ui(arb.get(), thousandth.to_uint64());
    arb_div_ui(arb.get(), arb.get(), 1000, 200);
    arb_hypgeom_expint(arb.get(), one.get(), arb.get(), 200);
    EXPECT_LE(found.lower_double(), arb.middle());
    EXPECT_GE(found.upper_double(), arb.middle());
    if (precision.value == 128) {
      EXPECT_EQ(found.lower_end_to_nearest(), arb.middle());
    }
  });
  flint_cleanup();
}

TEST(Interval, TheLesserAndTheGreaterOfTwoAndTheUpperPoint) {
  const PrecisionBits precision{64};
  const Interval wide = Interval::hull(Interval::from(2, precision), Interval::from(5, precision));
  const Interval three = Interval::from(3, precision);
  EXPECT_EQ(Interval::min(wide, three).lower_double(), 2);
  EXPECT_EQ(Interval::min(wide, three).upper_double(), 3);
  EXPECT_EQ(Interval::max(wide, three).lower_double(), 3);
  EXPECT_EQ(Interval::max(wide, three).upper_double(), 5);
  EXPECT_EQ(wide.upper_point().lower_double(), 5);
  EXPECT_TRUE(three.certainly_at_most(three));
  EXPECT_FALSE(three.certainly_less_than(three));
  EXPECT_FALSE(wide.certainly_at_most(three));
  EXPECT_EQ(Interval::pi({100}).lower_decimal(20), "3.1415926535897932384");
}

TEST(Interval, DecimalsAreRoundedOutward) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(500); ++i) {
    const Rational a = draw(random);
    const Interval x = enclose(a, {100});
    const Integer scale = Integer::power(10, 60);
    const auto scaled = [&scale](const std::string& text) {
      const std::size_t point = text.find('.');
      std::string digits = text.substr(0, point) + (point == std::string::npos ? "" : text.substr(point + 1));
      digits.append(60 - (point == std::string::npos ? 0 : text.size() - point - 1), '0');
      static_cast<void>(scale);
      return *Integer::from_decimal(digits);
    };
    EXPECT_LE(scaled(x.lower_decimal(20)) * a.denominator, a.numerator * scale);
    EXPECT_GE(scaled(x.upper_decimal(20)) * a.denominator, a.numerator * scale);
  }
}

TEST(Interval, DecimalsArePlainWhateverTheSize) {
  EXPECT_EQ(Interval::from(Integer(120'000), {64}).lower_decimal(3), "120000");
  EXPECT_EQ(Interval::from_ratio(1, 8, {64}).lower_decimal(4), "0.1250");
  EXPECT_EQ(Interval::from_ratio(1, 800, {64}).upper_decimal(3), "0.00126");
  EXPECT_EQ(Interval::sub(Interval::from(Integer(1), {64}), Interval::from(Integer(3), {64}), {64}).lower_decimal(3),
            "-2.00");
  EXPECT_EQ(Interval(PrecisionBits{64}).lower_decimal(3), "0");
}

TEST(Interval, OverlappingEnclosuresAreNotOrdered) {
  const Interval third = Interval::from_ratio(1, 3, {10});
  EXPECT_FALSE(third.certainly_less_than(third));
  EXPECT_TRUE(third.certainly_less_than(Interval::from_ratio(1, 2, {10})));
  EXPECT_TRUE(third.certainly_positive());
  EXPECT_FALSE(third.certainly_negative());
}

TEST(IntervalDeathTest, DividingByWhatMayBeZeroIsABrokenContract) {
  const Interval one = Interval::from(Integer(1), {53});
  const Interval straddling = Interval::sub(Interval::from_ratio(1, 3, {53}), Interval::from_ratio(1, 3, {53}), {53});
  EXPECT_DEATH(static_cast<void>(Interval::div(one, straddling, {53})), "certainly is not zero");
}

}  // namespace
}  // namespace robin::math
