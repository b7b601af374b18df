// The certificate against a second algorithm: colossally abundant numbers step by step from their definition, with Arb,
// prime by prime and without windows.

#include <arb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "math/primes.hpp"
#include "search/examine.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "search/strategies/colossally_abundant/window.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"

namespace robin::search::colossally_abundant {
namespace {

using testing_support::parameters;

constexpr slong arb_bits = 128;

/// A ball of Arb, freed with the object.
class Ball {
 public:
  Ball() { arb_init(value_); }
  ~Ball() { arb_clear(value_); }
  Ball(const Ball&) = delete;
  Ball& operator=(const Ball&) = delete;
  operator arb_ptr() { return value_; }           // NOLINT(google-explicit-constructor): as in the library
  operator arb_srcptr() const { return value_; }  // NOLINT(google-explicit-constructor)

 private:
  arb_t value_;
};

/// F(q, k) by its definition, where the sum q + ... + q^k is a ball.
void parameter_of(Ball& result, std::uint64_t q, std::uint32_t k) {
  Ball sum;
  Ball log_q;
  for (std::uint32_t i = 0; i < k; ++i) {
    arb_add_ui(sum, sum, 1, arb_bits);
    arb_mul_ui(sum, sum, q, arb_bits);
  }
  arb_inv(sum, sum, arb_bits);
  arb_log1p(result, sum, arb_bits);
  arb_log_ui(log_q, q, arb_bits);
  arb_div(result, result, log_q, arb_bits);
}

struct Step {
  std::uint64_t prime;
  std::uint32_t exponent;
  double approximate;
};

/// All steps with a position below `end`, by decreasing F: every prime up to `end`, and of each the powers that come in
/// time, sorted by enclosures.
std::vector<Step> steps_by_definition(std::uint64_t end) {
  Ball last;
  parameter_of(last, end, 1);
  std::vector<Step> steps;
  for (const std::uint64_t q : math::primes_in(2, end)) {
    for (std::uint32_t k = 1;; ++k) {
      Ball parameter;
      parameter_of(parameter, q, k);
      if (arb_gt(parameter, last) == 0) {
        break;
      }
      steps.push_back({q, k, arf_get_d(arb_midref(static_cast<arb_srcptr>(parameter)), ARF_RND_NEAR)});
    }
  }
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    if (std::abs(a.approximate - b.approximate) > 1e-12 * a.approximate) {
      return a.approximate > b.approximate;
    }
    Ball of_a;
    Ball of_b;
    parameter_of(of_a, a.prime, a.exponent);
    parameter_of(of_b, b.prime, b.exponent);
    return arb_gt(of_a, of_b) != 0;
  });
  return steps;
}

/// L, S and the margin after each step, by Arb.
class Walk {
 public:
  void take(const Step& step) {
    Ball log_q;
    Ball growth;
    arb_log_ui(log_q, step.prime, arb_bits);
    arb_add(log_, log_, log_q, arb_bits);
    parameter_of(growth, step.prime, step.exponent);
    arb_mul(growth, growth, log_q, arb_bits);
    arb_add(abundancy_, abundancy_, growth, arb_bits);
  }
  /// gamma + log log L - S, near its midpoint.
  double margin() const {
    Ball value;
    Ball gamma;
    arb_log(value, log_, arb_bits);
    arb_log(value, value, arb_bits);
    arb_const_euler(gamma, arb_bits);
    arb_add(value, value, gamma, arb_bits);
    arb_sub(value, value, abundancy_, arb_bits);
    return arf_get_d(arb_midref(static_cast<arb_srcptr>(value)), ARF_RND_NEAR);
  }
  /// Whether [lo, hi] 2^-bits meets the ball.
  static bool overlaps(const Ball& ball, uint128 lo, uint128 hi, slong bits) {
    Ball other;
    Ball end;
    const auto set = [bits](Ball& to, uint128 value) {
      arb_set_ui(to, static_cast<ulong>(value >> 64U));
      arb_mul_2exp_si(to, to, 64);
      Ball low;
      arb_set_ui(low, static_cast<ulong>(value));
      arb_add(to, to, low, 256);
      arb_mul_2exp_si(to, to, -bits);
    };
    set(other, lo);
    set(end, hi);
    arb_union(other, other, end, 256);
    return arb_overlaps(other, ball) != 0;
  }
  bool meets(const StepSums& sums) const {
    return overlaps(log_, sums.log_lo, sums.log_hi, log_bits) &&
           overlaps(abundancy_, sums.abundancy_lo, sums.abundancy_hi, abundancy_bits);
  }

 private:
  Ball log_;
  Ball abundancy_;
};

class ColossallyAbundantTest : public testing::Test {
 protected:
  BlockResult block(std::uint64_t begin, std::uint64_t end, unsigned threads = 1) {
    ExamineOptions options;
    options.threads = threads;
    return examine(strategy_, {{begin}, {end}}, parameters(), options);
  }
  /// The certificate of [2, end) by blocks of about `length`, at least as many as the strategy would make.
  CertificateFold fold_to(std::uint64_t end, std::uint64_t length) {
    CertificateFold fold;
    for (Position at{2}; at < Position{end};) {
      const Position cut = std::min(Position{end}, strategy_.block_end({2}, at, length));
      const auto result = block(static_cast<std::uint64_t>(at.ordinal), static_cast<std::uint64_t>(cut.ordinal));
      const auto refusal = fold.advance(result.block, result.findings.candidates, result.findings.extras);
      EXPECT_FALSE(refusal) << refusal->reason;
      at = cut;
    }
    return fold;
  }

  Strategies strategies_;
  const Strategy& strategy_ = *strategies_.find("colossally-abundant");
};

TEST_F(ColossallyAbundantTest, QuotientsOfNeighboursAreTheBeginningOfA073751) {
  const std::vector<std::uint64_t> published = {
      2,   3,   2,   5,   2,   3,   7,   2,   11,  13,  2,   3,   5,   17,  19,  23,  2,   29,  31,  7,   3,
      37,  41,  43,  2,   47,  53,  59,  5,   61,  67,  71,  73,  11,  79,  2,   83,  3,   89,  97,  13,  101,
      103, 107, 109, 113, 127, 131, 137, 139, 2,   149, 151, 7,   157, 163, 167, 17,  173, 179, 181, 191, 193,
      197, 199, 19,  211, 3,   223, 227, 229, 5,   233, 239, 241, 251, 2,   257, 263, 269, 271, 277, 281, 283,
      293, 23,  307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379, 383, 389, 397};
  std::vector<std::uint64_t> found;
  const auto higher = higher_steps(2, 400);
  auto next = higher.begin();
  for (const std::uint64_t prime : math::primes_in(2, 400)) {
    for (; next != higher.end() && next->floor < prime; ++next) {
      found.push_back(next->prime);
    }
    found.push_back(prime);
  }
  for (; next != higher.end(); ++next) {
    found.push_back(next->prime);
  }
  EXPECT_EQ(found, published);
}

TEST_F(ColossallyAbundantTest, StepByStepFromTheDefinitionAgreesOnOrderSumsAndMarginUpTo2To22) {
  constexpr std::uint64_t end = std::uint64_t{1} << 22U;
  const CertificateFold fold = fold_to(end, std::uint64_t{1} << 40U);
  const auto steps = steps_by_definition(end);
  EXPECT_EQ(fold.certificate().steps, steps.size());
  // Higher steps in the same order.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> by_definition;
  for (const Step& step : steps) {
    if (step.exponent >= 2) {
      by_definition.emplace_back(step.prime, step.exponent);
    }
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> found;
  for (const auto& step : higher_steps(2, end)) {
    found.emplace_back(step.prime, step.exponent);
  }
  EXPECT_EQ(found, by_definition);
  Walk walk;
  double least = 1;
  std::size_t number = 0;
  for (const Step& step : steps) {
    walk.take(step);
    if (++number > 8) {
      least = std::min(least, walk.margin());
    }
  }
  EXPECT_TRUE(walk.meets(fold.certificate().sums));
  const double certified = std::stod(min_log_margin(fold.certificate()));
  EXPECT_LE(certified, least);
  EXPECT_GE(certified, 0.98 * least);
}

TEST_F(ColossallyAbundantTest, CountsAndSumsOfPrimesAreThePublishedOnes) {
  const std::vector<std::pair<std::uint64_t, uint128>> published = {{168, 76127},
                                                                    {1229, 5736396},
                                                                    {9592, 454396537},
                                                                    {78498, 37550402023},
                                                                    {664579, 3203324994356},
                                                                    {5761455, 279209790387276},
                                                                    {50847534, 24739512092254535}};
  PrimeSums primes;
  Position at{2};
  std::uint64_t x = 1000;
  for (const auto& [count, sum] : published) {
    while (at < Position{x}) {
      const Position cut = std::min(Position{x}, strategy_.block_end({2}, at, std::nullopt));
      const auto result = block(static_cast<std::uint64_t>(at.ordinal), static_cast<std::uint64_t>(cut.ordinal));
      primes += testing_support::required(from_extras(result.findings.extras)).primes;
      at = cut;
    }
    EXPECT_EQ(primes.count, count) << x;
    EXPECT_TRUE(primes.sum == sum) << x;
    x *= 10;
  }
}

TEST_F(ColossallyAbundantTest, EveryTilingOnTheGridGivesTheSameCertificate) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  constexpr std::uint64_t end = 6'000'000;
  const CertificateFold whole = fold_to(end, std::uint64_t{1} << 40U);
  for (std::uint64_t round = 0; round < testing_support::rounds(2); ++round) {
    const CertificateFold other = fold_to(end, random.between(10'000, 100'000));
    const Certificate& a = whole.certificate();
    const Certificate& b = other.certificate();
    EXPECT_GT(b.blocks, a.blocks);
    EXPECT_EQ(b.sums, a.sums);
    EXPECT_EQ(b.primes, a.primes);
    EXPECT_EQ(b.steps, a.steps);
    EXPECT_EQ(other.locate_minimum(), whole.locate_minimum());
    EXPECT_NEAR(std::stod(min_log_margin(b)), std::stod(min_log_margin(a)), 0.01 * std::stod(min_log_margin(a)));
  }
}

TEST_F(ColossallyAbundantTest, KnownExceptionsAreTheEightColossallyAbundantNumbersUpTo5040) {
  const auto result = block(2, windows_begin);
  std::vector<std::string> names;
  for (const auto& violation : result.findings.violations) {
    names.push_back(violation.factorization);
  }
  EXPECT_THAT(names, testing::ElementsAre("2", "2*3", "2^2*3", "2^2*3*5", "2^3*3*5", "2^3*3^2*5", "2^3*3^2*5*7",
                                          "2^4*3^2*5*7"));
  EXPECT_TRUE(result.findings.undecided.empty());
}

TEST_F(ColossallyAbundantTest, WindowsAtAnyHeightEncloseWhatArbAddsUpPrimeByPrime) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint64_t height :
       {std::uint64_t{1} << 20U, std::uint64_t{1} << 31U, std::uint64_t{9'990'000'000}, std::uint64_t{10'010'000'000},
        std::uint64_t{1'000'000'000'000}, std::uint64_t{1'000'000'000'000'000}}) {
    const std::uint64_t begin = window_end(random.between(height, height + height / 2000));
    const std::uint64_t end = window_end(begin);
    const Tally tally = tally_windows(begin, end);
    WindowEnclosures enclose;
    const StepSums sums = enclose({begin, end, tally[0], tally[1], tally[2]});
    Walk walk;
    for (const std::uint64_t prime : math::primes_in(begin, end)) {
      walk.take({prime, 1, 0});
    }
    EXPECT_TRUE(walk.meets(sums)) << begin;
    // Sharp, too: far below what the margin could spare.
    EXPECT_LT(static_cast<double>(sums.abundancy_hi - sums.abundancy_lo) * 0x1p-96, 1e-13) << begin;
  }
}

TEST_F(ColossallyAbundantTest, TheResultDoesNotDependOnThreads) {
  const std::uint64_t begin = std::uint64_t{1} << 28U;
  const std::uint64_t end = begin + begin / 64;
  const auto one = block(begin, end, 1);
  EXPECT_EQ(block(begin, end, 3), one);
}

// Planted faults.

class CertificateFoldFaults : public ColossallyAbundantTest {
 protected:
  CertificateFoldFaults() {
    const auto first = block(2, windows_begin);
    EXPECT_FALSE(fold_.advance(first.block, first.findings.candidates, first.findings.extras));
    next_ = block(windows_begin, windows_begin + windows_begin / 64);
    certificate_ = testing_support::required(from_extras(next_.findings.extras));
  }
  std::string refusal(const Block& block, uint128 candidates, const BlockCertificate& certificate) {
    const Certificate before = fold_.certificate();
    const auto reason = fold_.advance(block, candidates, to_extras(certificate));
    EXPECT_EQ(fold_.certificate().largest_position, before.largest_position) << "nothing changes";
    return reason ? reason->reason : "";
  }

  CertificateFold fold_;
  BlockResult next_;
  BlockCertificate certificate_;
};

TEST_F(CertificateFoldFaults, AnUnchangedBlockIsTaken) {
  EXPECT_FALSE(fold_.advance(next_.block, next_.findings.candidates, next_.findings.extras));
  EXPECT_EQ(fold_.certificate().blocks, 2U);
}

TEST_F(CertificateFoldFaults, APrimeLeftOutAGapAndAForeignBlockAreRefused) {
  auto missing = certificate_;
  missing.primes.count -= 1;
  EXPECT_THAT(refusal(next_.block, next_.findings.candidates, missing), testing::HasSubstr("add up"));
  EXPECT_THAT(refusal(next_.block, next_.findings.candidates - 1, certificate_), testing::HasSubstr("add up"));
  auto slices = certificate_;
  slices.slices[3].sums.log_lo -= 1;
  EXPECT_THAT(refusal(next_.block, next_.findings.candidates, slices), testing::HasSubstr("add up"));
  const Block later{next_.block.end, {next_.block.end.ordinal + 4096}};
  EXPECT_THAT(refusal(later, next_.findings.candidates, certificate_), testing::HasSubstr("the certificate ends at"));
  const Block overlapping{{windows_begin - 1}, next_.block.end};
  EXPECT_THAT(refusal(overlapping, next_.findings.candidates, certificate_),
              testing::HasSubstr("the certificate ends at"));
  EXPECT_THAT(refusal({next_.block.begin, {next_.block.end.ordinal + 4096}}, next_.findings.candidates, certificate_),
              testing::HasSubstr("add up"));
}

TEST_F(CertificateFoldFaults, ABoundThatDoesNotReachIsRefused) {
  auto low = certificate_;
  for (auto& value : low.bound->at) {
    value -= int128{1} << (abundancy_bits - 6U);
  }
  EXPECT_THAT(refusal(next_.block, next_.findings.candidates, low), testing::HasSubstr("does not certify"));
}

TEST_F(CertificateFoldFaults, AGenesisBlockThatDoesNotMeetTheOthersIsRefused) {
  CertificateFold fold;
  const auto first = block(2, 1000);
  ASSERT_FALSE(fold.advance(first.block, first.findings.candidates, first.findings.extras));
  auto second = block(1000, 5000);
  auto wrong = testing_support::required(from_extras(second.findings.extras));
  wrong.origin->log_lo += 1;
  EXPECT_TRUE(fold.advance(second.block, second.findings.candidates, to_extras(wrong)));
  EXPECT_FALSE(fold.advance(second.block, second.findings.candidates, second.findings.extras));
}

TEST_F(CertificateFoldFaults, ReferencesThatDoNotEncloseLogNAreRefused) {
  const auto& sums = fold_.certificate().sums;
  EXPECT_TRUE(interpolate(*certificate_.bound, windows_begin, sums.log_lo, sums.log_hi));
  const std::uint64_t elsewhere = 2 * windows_begin;
  EXPECT_FALSE(interpolate(*certificate_.bound, elsewhere, sums.log_lo, sums.log_hi));
  EXPECT_FALSE(interpolate(*certificate_.bound, windows_begin / 2, sums.log_lo, sums.log_hi));
}

TEST_F(CertificateFoldFaults, ExtrasThatCannotBeReadAreRefusedByName) {
  for (const char* key : {"primes", "sums", "bound", "minimum_at", "higher_steps", "slices"}) {
    auto extras = next_.findings.extras;
    extras[key] += " x";
    const auto reason = fold_.advance(next_.block, next_.findings.candidates, extras);
    ASSERT_TRUE(reason) << key;
    EXPECT_THAT(reason->reason, testing::HasSubstr(key));
    extras.erase(key);
    EXPECT_TRUE(fold_.advance(next_.block, next_.findings.candidates, extras)) << key;
  }
}

}  // namespace
}  // namespace robin::search::colossally_abundant
