// The certificate against a second algorithm: colossally abundant numbers step by step from their definition, with Arb,
// prime by prime and without windows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <span>
#include <vector>

#include "search/examine.hpp"
#include "search/prime_windows/margin_terms.hpp"
#include "search/prime_windows/window.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"
#include "unit/search/stepwise_reference.hpp"

namespace robin::search::colossally_abundant {
namespace {

using testing_support::parameters;
using namespace stepwise_reference;  // NOLINT(google-build-using-namespace): it is the other half of this test

class ColossallyAbundantTest : public testing::Test {
 protected:
  BlockResult block(std::uint64_t begin, std::uint64_t end, unsigned threads = 1) {
    ExamineOptions options;
    options.threads = threads;
    return examine(strategy_, {{begin}, {end}}, parameters(), options);
  }
  /// The certificate of [2, end) by blocks of about `length`, at least as many as the strategy would make.
  std::unique_ptr<CertificateFold> fold_to(std::uint64_t end, std::uint64_t length) {
    auto fold = std::make_unique<CertificateFold>();
    for (Position at{2}; at < Position{end};) {
      const Position cut = std::min(Position{end}, strategy_.block_end({2}, at, length, parameters()));
      const auto result = block(static_cast<std::uint64_t>(at.ordinal), static_cast<std::uint64_t>(cut.ordinal));
      const auto refusal = fold->advance(result.block, result.findings.candidates, result.findings.extras);
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

/// A sum that keeps what each addition loses (Kahan).
class LongSum {
 public:
  void add(long double value) {
    const long double corrected = value - lost_;
    const long double next = sum_ + corrected;
    lost_ = (next - sum_) - corrected;
    sum_ = next;
  }
  [[nodiscard]] long double value() const { return sum_; }

 private:
  long double sum_ = 0;
  long double lost_ = 0;
};

/// Every block's bound beside the least margin itself, walked prime by prime in 64-bit mantissas (an error of about
/// 1e-15, where margins are above 1e-6). Near 1.8e8 log N lies beyond the last reference.
TEST_F(ColossallyAbundantTest, TheMarginOfEachBlockIsAtLeast98PercentOfTheTruthUpTo2E8) {
  constexpr std::uint64_t end = testing_support::extent(200'000'000U, 4'000'000U);
  constexpr long double gamma = 0.577215664901532860606512090082402431L;
  struct Higher {
    long double price;
    long double log;
    long double gain;
  };
  std::vector<Higher> higher;
  for (const std::uint64_t prime : math::primes_in(2, 30'000)) {
    long double power = static_cast<long double>(prime);
    for (long double sum = power; sum < 1e12L;) {
      power *= static_cast<long double>(prime);
      sum += power;
      const long double gain = std::log1p(1 / sum);
      const long double log = std::log(static_cast<long double>(prime));
      higher.push_back({gain / log, log, gain});
    }
  }
  std::sort(higher.begin(), higher.end(), [](const auto& a, const auto& b) { return a.price > b.price; });
  LongSum log_n;
  LongSum log_abundancy;
  auto next = higher.begin();
  CertificateFold fold;
  std::size_t compared = 0;
  double loosest = 1;
  for (Position at{2}; at < Position{end};) {
    const Position cut = std::min(Position{end}, strategy_.block_end({2}, at, std::nullopt, parameters()));
    long double least = 1;
    const auto look = [&] {
      least = std::min(least, gamma + std::log(std::log(log_n.value())) - log_abundancy.value());
    };
    for (const std::uint64_t prime :
         math::primes_in(static_cast<std::uint64_t>(at.ordinal), static_cast<std::uint64_t>(cut.ordinal))) {
      const auto p = static_cast<long double>(prime);
      const long double log = std::log(p);
      const long double gain = std::log1p(1 / p);
      for (; next->price > gain / log; ++next) {
        log_n.add(next->log);
        log_abundancy.add(next->gain);
        look();
      }
      log_n.add(log);
      log_abundancy.add(gain);
      look();
    }
    const auto result = block(static_cast<std::uint64_t>(at.ordinal), static_cast<std::uint64_t>(cut.ordinal), 2);
    ASSERT_FALSE(fold.advance(result.block, result.findings.candidates, result.findings.extras));
    if (at.ordinal >= windows_begin) {
      const auto bound = std::ldexp(static_cast<long double>(fold.margin_of_last().value().value), -96);
      EXPECT_LE(bound, least + 1e-14L) << strategy_.text(at);
      EXPECT_GE(bound, 0.98L * least) << strategy_.text(at);
      loosest = std::min(loosest, static_cast<double>(bound / least));
      ++compared;
    }
    at = cut;
  }
  EXPECT_GT(compared, testing_support::extent(100U, 20U));
  std::cout << "bounds of " << compared << " blocks are at least " << loosest << " of the margin\n";
}

TEST_F(ColossallyAbundantTest, StepByStepFromTheDefinitionAgreesOnOrderSumsAndMarginUpTo2To22) {
  constexpr std::uint64_t end = testing_support::extent(std::uint64_t{1} << 22U, std::uint64_t{5} << 18U);
  const auto folded = fold_to(end, std::uint64_t{1} << 40U);
  const CertificateFold& fold = *folded;
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
  const std::size_t powers = published.size() - testing_support::extent(0U, 2U);
  PrimeSums primes;
  Position at{2};
  std::uint64_t x = 1000;
  for (const auto& [count, sum] : std::span(published).first(powers)) {
    while (at < Position{x}) {
      const Position cut = std::min(Position{x}, strategy_.block_end({2}, at, std::nullopt, parameters()));
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
  constexpr std::uint64_t end = testing_support::extent(6'000'000U, 1'200'000U);
  const auto whole = fold_to(end, std::uint64_t{1} << 40U);
  for (std::uint64_t round = 0; round < testing_support::rounds(2); ++round) {
    const auto other = fold_to(
        end, random.between(testing_support::extent(20'000U, 5'000U), testing_support::extent(100'000U, 15'000U)));
    const Certificate& a = whole->certificate();
    const Certificate& b = other->certificate();
    EXPECT_GT(b.blocks, a.blocks);
    EXPECT_EQ(b.sums, a.sums);
    EXPECT_EQ(b.primes, a.primes);
    EXPECT_EQ(b.steps, a.steps);
    EXPECT_EQ(other->least_margin_at(), whole->least_margin_at());
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
  for (const std::uint64_t height : stepwise_reference::heights_of_windows) {
    const std::uint64_t begin = window_end(random.between(height, height + height / 2000));
    const std::uint64_t end = window_end(begin);
    const Tally tally = tally_windows(begin, end);
    const StepSums sums = sums_of_window({begin, end, tally[0], tally[1], tally[2]}, math::EulerFactor::Sigma);
    Walk walk;
    for (const std::uint64_t prime : math::primes_in(begin, end)) {
      walk.take({prime, 1, 0});
    }
    EXPECT_TRUE(walk.meets(sums)) << begin;
    // Sharp, too: far below what the margin could spare.
    EXPECT_LT(static_cast<double>(sums.growth_hi - sums.growth_lo) * 0x1p-96, 1e-13) << begin;
  }
}

TEST_F(ColossallyAbundantTest, WindowsAreTheSameFromBitsAndFromWrittenOutPrimes) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint64_t height : {windows_begin, std::uint64_t{9'990'000'000}, std::uint64_t{300'000'000'000},
                                     std::uint64_t{10'000'000'000'000}}) {
    const std::uint64_t begin = random.between(height, height + height / 1000);
    const std::uint64_t end = begin + random.between(1, 30'000'000);
    EXPECT_EQ(tally_windows(begin, end), tally_windows_by_list(begin, end)) << begin << " " << end;
  }
}

/// The widths of the enclosures of L and S, from 2^20 to each of two heights, by the formulas: at each of many places a
/// window as full of primes as they come there stands for all up to the next place, for errors shrink as x grows while
/// neither the width of windows nor the formula changes.
TEST_F(ColossallyAbundantTest, TheErrorBudgetHoldsTo10To10AndTo10To18) {
  std::vector<std::uint64_t> places;
  for (unsigned k = 20; k < 60; ++k) {
    for (std::uint64_t eighth = 0; eighth < 8; ++eighth) {
      places.push_back((std::uint64_t{1} << k) + eighth * (std::uint64_t{1} << (k - 3)));
    }
  }
  constexpr std::uint64_t low_end = 10'000'000'000;
  constexpr std::uint64_t high_end = 1'000'000'000'000'000'000;
  places.insert(places.end(), {low_end, high_end});
  std::sort(places.begin(), places.end());
  double log_width = 0;
  double abundancy_width = 0;
  for (std::size_t i = 0; i + 1 < places.size() && places[i] < high_end; ++i) {
    const std::uint64_t begin = places[i] == low_end ? window_end(low_end) : places[i];
    const std::uint64_t end = window_end(begin);
    const std::uint64_t width = end - begin;
    const auto count =
        static_cast<std::uint64_t>(1.1 * static_cast<double>(width) / (std::log(static_cast<double>(begin)) - 1)) + 1;
    const std::uint64_t squares = begin < low_end ? count * (width * width / 3) : 0;
    const StepSums sums = sums_of_window({begin, end, count, count * (width / 2), squares}, math::EulerFactor::Sigma);
    const double windows = static_cast<double>(places[i + 1] - places[i]) / static_cast<double>(width);
    log_width += windows * std::ldexp(static_cast<double>(sums.log_hi - sums.log_lo), -int{log_bits});
    abundancy_width += windows * std::ldexp(static_cast<double>(sums.growth_hi - sums.growth_lo), -int{growth_bits});
    if (places[i + 1] == low_end) {
      EXPECT_LT(log_width, 1e-6);
      EXPECT_GT(log_width, 0);
    }
  }
  std::cout << "from 2^20 to 10^18: L " << log_width << ", S " << abundancy_width << " wide\n";
  EXPECT_LT(log_width, 0.01);
  EXPECT_LT(abundancy_width, 1e-12);
}

TEST_F(ColossallyAbundantTest, TheBoundOfEachSliceLiesCloseBelowItsMarginsWhereverLogNMayBe) {
  for (const std::uint64_t begin : {windows_begin, std::uint64_t{1} << 24U}) {
    if (begin > testing_support::extent(begin, windows_begin)) {
      break;
    }
    const Block range{{begin}, strategy_.block_end({2}, {begin}, std::nullopt, parameters())};
    const auto result = examine(strategy_, range, parameters(), {});
    const BlockCertificate part = testing_support::required(from_extras(result.findings.extras));
    ASSERT_EQ(part.slice_bounds.size(), part.slices.size());
    const References references(begin);
    // Wherever L may lie at the block's begin.
    for (const std::uint64_t log_whole : {begin, references.at[0], references.at[2], references.limit}) {
      if (testing_support::is_sanitized && log_whole != begin) {
        break;
      }
      const uint128 log_lo = uint128{log_whole} << log_bits;
      std::uint64_t at = begin;
      StepSums inside;
      int128 least_slice = 0;
      int128 least_margin = 0;
      for (std::size_t i = 0; i < part.slices.size(); ++i) {
        const SliceSums& slice = part.slices[i];
        const int128 bound =
            moved_bound({part.slice_bounds[i], inside.log_lo, inside.log_lo + slice.sums.log_lo}, begin, log_lo);
        int128 least = 0;
        StepSums before = inside;
        walk_windows(at, slice.end, [&](const WindowTally& window, const StepSums& sums, auto /*higher*/) {
          const int128 margin = log_log_floor(log_lo + before.log_lo) - static_cast<int128>(before.growth_hi);
          least = window.begin == at ? margin : std::min(least, margin);
          before += sums;
        });
        EXPECT_LE(bound, least) << at;
        least_slice = i == 0 ? bound : std::min(least_slice, bound);
        least_margin = i == 0 ? least : std::min(least_margin, least);
        at = slice.end;
        inside += slice.sums;
      }
      // Of the margins that are to be expected there.
      const double usual = 0.78 / (std::sqrt(static_cast<double>(begin)) * std::log(static_cast<double>(begin)));
      EXPECT_LT(std::ldexp(static_cast<double>(least_margin - least_slice), -int{growth_bits}), 0.005 * usual);
    }
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
    EXPECT_EQ(fold_.certificate().largest_position, before.largest_position) << "nothing places";
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
    value -= int128{1} << (growth_bits - 6U);
  }
  EXPECT_THAT(refusal(next_.block, next_.findings.candidates, low), testing::HasSubstr("may be as low as"));
}

TEST_F(CertificateFoldFaults, AGenesisBlockWithoutAMarginIsRefused) {
  const auto first = block(2, windows_begin);
  Extras extras = first.findings.extras;
  ASSERT_EQ(extras.erase("margin"), 1U);
  CertificateFold fold;
  const auto reason = fold.advance(first.block, first.findings.candidates, extras);
  ASSERT_TRUE(reason);
  EXPECT_EQ(reason->reason, "it says nothing of its margin");
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
  for (const char* key : {"primes", "sums", "bound", "minimum_at", "higher_steps", "slices", "slice_bounds"}) {
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
