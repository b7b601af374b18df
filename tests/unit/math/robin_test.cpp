#include "math/robin.hpp"

#include <arb.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "math/factor.hpp"
#include "support/known_values.hpp"
#include "support/random.hpp"

namespace robin::math {
namespace {

using testing_support::Random;
using testing_support::rounds;

/// sigma(n)/(n log log n) by Arb, from the divisors of n one by one.
class ArbRatio {
 public:
  explicit ArbRatio(std::uint64_t n) {
    arb_init(value_);
    arb_init(log_log_);
    std::uint64_t sigma = 0;
    for (std::uint64_t d = 1; d * d <= n; ++d) {
      if (n % d == 0) {
        sigma += d + (d * d == n ? 0 : n / d);
      }
    }
    arb_log_ui(log_log_, n, 200);
    arb_log(log_log_, log_log_, 200);
    arb_set_ui(value_, sigma);
    arb_div_ui(value_, value_, n, 200);
    arb_div(value_, value_, log_log_, 200);
  }
  ArbRatio(const ArbRatio&) = delete;
  ArbRatio& operator=(const ArbRatio&) = delete;
  ~ArbRatio() {
    arb_clear(value_);
    arb_clear(log_log_);
    flint_cleanup();
  }
  [[nodiscard]] double nearest() const { return arf_get_d(arb_midref(value_), ARF_RND_NEAR); }

 private:
  arb_t value_;
  arb_t log_log_;
};

TEST(Robin, ExactlyThe27KnownExceptionsViolateBelow5041) {
  std::vector<std::uint64_t> violating;
  for (std::uint64_t n = 2; n <= 5040; ++n) {
    const Assessment assessment = assess(factor(n), {});
    ASSERT_NE(assessment.verdict, Verdict::Undecided) << n;
    EXPECT_EQ(is_known_exception(factor(n)), assessment.verdict == Verdict::Violates) << n;
    if (assessment.verdict == Verdict::Violates) {
      violating.push_back(n);
    }
  }
  EXPECT_TRUE(std::equal(violating.begin(), violating.end(), testing_support::exceptions.begin(),
                         testing_support::exceptions.end()));
}

TEST(Robin, HoldsForRandomNumbersAboveTheExceptions) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(500); ++i) {
    EXPECT_EQ(assess(factor(random.between(5041, UINT64_MAX / 2)), {}).verdict, Verdict::Holds);
  }
}

TEST(Robin, RatioEnclosesWhatArbComputesFromTheDivisors) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t i = 0; i < rounds(500); ++i) {
    const std::uint64_t n = i < 100 ? i + 3 : random.between(3, 10'000'000);
    const Interval ratio = assess(factor(n), {}).ratio;
    EXPECT_EQ(ratio.lower_end_to_nearest(), ArbRatio(n).nearest()) << n;
    EXPECT_EQ(ratio.upper_end_to_nearest(), ArbRatio(n).nearest()) << n;
  }
}

TEST(Robin, TheRatioOfTwoIsNegativeAndTwoViolates) {
  const Assessment two = assess(factor(2), {});
  EXPECT_EQ(two.verdict, Verdict::Violates);
  EXPECT_TRUE(two.ratio.certainly_negative());
}

TEST(Robin, LowPrecisionNeverAnswersWrongly) {
  // At so few bits most verdicts must be undecided; those that are not must be right.
  std::size_t undecided = 0;
  for (std::uint64_t n = 3; n <= 5040; ++n) {
    const Verdict coarse = assess(factor(n), {{2}, {3}}).verdict;
    const bool exception =
        std::binary_search(testing_support::exceptions.begin(), testing_support::exceptions.end(), n);
    undecided += coarse == Verdict::Undecided ? 1 : 0;
    if (coarse != Verdict::Undecided) {
      EXPECT_EQ(coarse == Verdict::Violates, exception) << n;
    }
  }
  EXPECT_GT(undecided, 0U);
}

TEST(Robin, PrecisionIsRaisedUntilTheThresholdIsDecided) {
  const Factorization n = factor(5040);
  const Interval ratio = assess(n, {}).ratio;
  // 60 digits of the ratio of 5040, cut: the truth is above, but 64 bits cannot know it.
  const std::string digits = assess(n, {{400}, {400}}).ratio.lower_decimal(30);
  const auto below = Decimal::parse(digits);
  ASSERT_NE(accepted(below), nullptr);
  const Interval coarse = assess(n, {{20}, {20}}).ratio;
  EXPECT_EQ(compare_ratio(n, coarse, *accepted(below), {{20}, {40}}), Side::Undecided);
  EXPECT_EQ(compare_ratio(n, coarse, *accepted(below), {{20}, {400}}), Side::AtLeast);
  EXPECT_EQ(compare_ratio(n, ratio, *accepted(Decimal::parse("1.7910")), {}), Side::Below);
}

TEST(Robin, ManyPrimesAreFoldedWithoutLosingTheEnclosure) {
  // log of the product of the primes below 10^5 is Chebyshev's theta(10^5).
  const auto primorial = Factorization::parse("2..99991");
  ASSERT_NE(accepted(primorial), nullptr);
  const Interval theta = log_value(*accepted(primorial), {128});
  Interval sum{PrecisionBits{200}};
  accepted(primorial)->for_each([&sum](const Integer& p, std::uint32_t) {
    sum = Interval::add(sum, Interval::log(Interval::from(p, {200}), {200}), {200});
  });
  EXPECT_TRUE(theta.contains(sum));
  EXPECT_LT(theta.upper_double() - theta.lower_double(), 1e-10);
  EXPECT_NEAR(theta.lower_double(), 99685.3892, 1e-3);
}

TEST(Robin, KeptRatioMinIsBelowThresholdAndLine) {
  const auto threshold = Decimal::parse("1.767");
  const auto high = Decimal::parse("1.9");
  EXPECT_TRUE(Interval::from(*accepted(threshold), {64}).contains_ratio(1767, 1000));
  EXPECT_LE(kept_ratio_min(*accepted(threshold)), 1.767);
  EXPECT_GT(kept_ratio_min(*accepted(threshold)), 1.7669999);
  EXPECT_LE(kept_ratio_min(*accepted(high)), 1.7810724179901980);
  EXPECT_GT(kept_ratio_min(*accepted(high)), 1.7810724);
}

TEST(Robin, PowersThatAreTooLongToBeMultipliedOutAreEnclosedAllTheSame) {
  constexpr std::size_t digits = 20'000;
  for (const char* text : {"2^4097", "3^2600", "2^5000*3^4000*5", "999983^210*7^1460", "2^33219"}) {
    const auto parsed = Factorization::parse(text);
    const Factorization& n = *accepted(parsed);
    const Integer value = *n.value(digits);
    const Interval quotient = abundancy(n, {128});
    EXPECT_TRUE(quotient.contains_ratio(*n.sigma(digits), value)) << text;
    EXPECT_LE(quotient.upper_scaled(120) - quotient.lower_scaled(120), Integer(2)) << text;
    const Interval exact = Interval::log(Interval::from(value, {static_cast<long>(value.bit_length())}), {400});
    EXPECT_TRUE(log_value(n, {128}).contains(exact)) << text;
  }
  for (const char* text : {"2^1000000", "2..31^1000000", "2..104729^400"}) {
    EXPECT_EQ(assess(*accepted(Factorization::parse(text)), {}).verdict, Verdict::Holds) << text;
  }
}

}  // namespace
}  // namespace robin::math
