// The strategy primorial against a second algorithm: primorials one by one with Arb, prime by prime and without
// windows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "math/factorization.hpp"
#include "math/primes.hpp"
#include "search/examine.hpp"
#include "search/prime_windows/margin_terms.hpp"
#include "search/prime_windows/number_words.hpp"
#include "search/strategies/primorial/primorial_fold.hpp"
#include "search/strategies/primorial/primorial_margin.hpp"
#include "support/parsed.hpp"
#include "support/planted_bar.hpp"
#include "support/random.hpp"
#include "unit/search/stepwise_reference.hpp"

namespace robin::search::primorial {
namespace {

using colossally_abundant::stepwise_reference::arb_bits;
using colossally_abundant::stepwise_reference::Ball;
using testing_support::parameters;
using testing_support::PlantedBar;

constexpr double gamma_constant = 0.57721566490153286;

/// L and S by their definitions, and the margin S - gamma - log log L near its midpoint.
class Walk {
 public:
  void take(std::uint64_t prime) {
    Ball term;
    arb_log_ui(term, prime, arb_bits);
    arb_add(log_, log_, term, arb_bits);
    // log(p/(p-1)), not by the series that the strategy uses.
    arb_set_ui(term, prime);
    arb_div_ui(term, term, prime - 1, arb_bits);
    arb_log(term, term, arb_bits);
    arb_add(ratio_, ratio_, term, arb_bits);
  }
  [[nodiscard]] double margin() const {
    Ball value;
    Ball gamma;
    arb_log(value, log_, arb_bits);
    arb_log(value, value, arb_bits);
    arb_const_euler(gamma, arb_bits);
    arb_add(value, value, gamma, arb_bits);
    arb_sub(value, ratio_, value, arb_bits);
    return arf_get_d(arb_midref(static_cast<arb_srcptr>(value)), ARF_RND_NEAR);
  }
  [[nodiscard]] bool meets(const StepSums& sums) const {
    using Reference = colossally_abundant::stepwise_reference::Walk;
    return Reference::overlaps(log_, sums.log_lo, sums.log_hi, log_bits) &&
           Reference::overlaps(ratio_, sums.growth_lo, sums.growth_hi, growth_bits);
  }

 private:
  Ball log_;
  Ball ratio_;
};

double value_of(int128 fixed) { return std::ldexp(static_cast<double>(fixed), -int{growth_bits}); }

class PrimorialTest : public testing::Test {
 protected:
  BlockResult block(Position begin, Position end) { return examine(strategy_, {begin, end}, parameters(), {}); }

  std::unique_ptr<PrimorialFold> fold_to(std::uint64_t end, std::uint64_t length) {
    auto fold = std::make_unique<PrimorialFold>();
    for (Position at{2}; at < Position{end};) {
      const Position cut = std::min(Position{end}, strategy_.block_end({2}, at, length, parameters()));
      const auto result = block(at, cut);
      const auto objection = fold->advance(result.block, result.findings.candidates, result.findings.extras);
      EXPECT_FALSE(objection) << objection->reason;
      at = cut;
    }
    return fold;
  }

  Strategies strategies_;
  const Strategy& strategy_ = *strategies_.find("primorial");
};

/// Above 2^20, so that windows come in.
constexpr std::uint64_t reach = testing_support::extent(std::uint64_t{5'000'000}, std::uint64_t{1'300'000});

TEST_F(PrimorialTest, TheCertificateLiesJustBelowTheMarginOfEveryPrimorialOneByOne) {
  const auto fold = fold_to(reach, std::uint64_t{1} << 40U);
  Walk walk;
  double least = 1;
  std::uint64_t least_at = 0;
  for (const std::uint64_t prime : math::primes_in(2, reach)) {
    walk.take(prime);
    if (prime > 2 && walk.margin() < least) {
      least = walk.margin();
      least_at = prime;
    }
  }
  EXPECT_TRUE(walk.meets(fold->certificate().sums));
  const double certified = std::stod(min_log_margin(fold->certificate()));
  EXPECT_LE(certified, least);
  EXPECT_GT(certified, 0.97 * least);
  // The least one lies in the window that is named, or begins the next one.
  const auto window = static_cast<std::uint64_t>(fold->least_margin_at()->ordinal);
  EXPECT_LE(window, least_at + (window_end(window) - window));
  EXPECT_LE(least_at, window_end(window_end(window)));
}

TEST_F(PrimorialTest, EveryTilingOnTheGridGivesTheSameCertificate) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const auto whole = fold_to(reach, std::uint64_t{1} << 40U);
  for (std::uint64_t round = 0; round < testing_support::rounds(2); ++round) {
    const auto other = fold_to(reach, random.between(8'000, 20'000));
    EXPECT_GT(other->certificate().blocks, whole->certificate().blocks);
    EXPECT_EQ(other->certificate().sums, whole->certificate().sums);
    EXPECT_EQ(other->certificate().primes, whole->certificate().primes);
    EXPECT_EQ(other->least_margin_at(), whole->least_margin_at());
  }
}

TEST_F(PrimorialTest, WindowsAtAnyHeightEncloseWhatArbAddsUpPrimeByPrime) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint64_t height : colossally_abundant::stepwise_reference::heights_of_windows) {
    const std::uint64_t begin = window_end(random.between(height, height + height / 2000));
    const std::uint64_t end = window_end(begin);
    const Tally tally = tally_windows(begin, end);
    const StepSums sums = sums_of_window({begin, end, tally[0], tally[1], tally[2]}, math::EulerFactor::Totient);
    Walk walk;
    StepSums one_by_one;
    for (const std::uint64_t prime : math::primes_in(begin, end)) {
      walk.take(prime);
      one_by_one += sums_of_prime(prime);
    }
    EXPECT_TRUE(walk.meets(sums)) << begin;
    EXPECT_TRUE(walk.meets(one_by_one)) << begin;
    EXPECT_LT(value_of(static_cast<int128>(sums.growth_hi - sums.growth_lo)), 1e-13) << begin;
  }
}

/// Wherever log N lies: the bound that a slice is moved to is at most the margin at each primorial of the slice, and
/// loses little.
TEST_F(PrimorialTest, TheBoundOfEachSliceHoldsAtEveryPrimorialWhereverLogNLies) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  for (std::uint64_t round = 0; round < testing_support::rounds(4); ++round) {
    const std::uint64_t begin = window_end(random.between(1U << 20U, 1U << 24U));
    const std::uint64_t end = window_end(begin + begin / 40);
    const auto result = block({begin}, {end});
    RunSums run;
    ASSERT_FALSE(read(result.findings.extras, run));
    const auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(begin)));
    const uint128 log_n = whole(random.between(begin - 2 * root, begin + 2 * root));
    StepSums inside;
    std::uint64_t at = begin;
    for (std::size_t i = 0; i < run.slices.size(); ++i) {
      StepSums up_to_end = inside;
      up_to_end += run.slices[i].sums;
      const int128 bound = moved_bound(run.slice_bounds[i], begin, log_n, inside, up_to_end);
      StepSums total = inside;
      total.log_lo += log_n;
      total.log_hi += log_n;
      int128 least = margin_at(total);
      for (const std::uint64_t prime : math::primes_in(at, run.slices[i].end)) {
        total += sums_of_prime(prime);
        least = std::min(least, margin_at(total));
      }
      EXPECT_LE(bound, least) << begin << " " << i;
      const double usual = 2 / (std::sqrt(static_cast<double>(begin)) * std::log(static_cast<double>(begin)));
      EXPECT_LT(value_of(least - bound), 0.03 * usual) << begin << " " << i;
      at = run.slices[i].end;
      inside = up_to_end;
    }
  }
}

/// The first primorial above 2 whose margin is not positive when `bar` stands in place of gamma.
std::string first_violation(double bar) {
  Walk walk;
  std::uint64_t count = 0;
  for (const std::uint64_t prime : math::primes_in(2, reach)) {
    walk.take(prime);
    ++count;
    if (prime > 2 && walk.margin() + gamma_constant - bar < 0) {
      return math::Factorization::from_runs({{math::Integer(2), math::Integer(prime), count, 1}}).text();
    }
  }
  return "";
}

TEST_F(PrimorialTest, TheFirst82025PrimorialsNameTheFirstThatViolatesAPlantedBar) {
  const auto expected = first_violation(0.578);
  const PlantedBar bar("0.578");
  const auto result = block({2}, {windows_begin});
  ASSERT_EQ(result.findings.violations.size(), 1U);
  EXPECT_EQ(result.findings.violations.front().factorization, expected);
  PrimorialFold fold;
  const auto objection = fold.advance(result.block, result.findings.candidates, result.findings.extras);
  ASSERT_TRUE(objection);
  EXPECT_EQ(objection->doubt, Doubt::Refuted);
}

TEST_F(PrimorialTest, WindowsThatProveTooLittleAreRefinedToTheFirstPrimorialThatViolatesAPlantedBar) {
  constexpr const char* planted = testing_support::extent("0.5773", "0.57735");
  const auto expected = first_violation(std::stod(planted));
  const PlantedBar bar(planted);
  auto certifier = testing_support::taken(strategy_.certifier({}));
  for (Position at{2}; at < Position{reach};) {
    const Position cut = strategy_.block_end({2}, at, std::nullopt, parameters());
    const auto result = block(at, cut);
    const auto objection = certifier->advance(result.block, result.findings.candidates, result.findings.extras);
    if (!objection) {
      at = cut;
      continue;
    }
    EXPECT_EQ(objection->doubt, Doubt::Unproven) << objection->reason;
    ASSERT_FALSE(strategy_.refuse_refinement(result.block, certifier->state()));
    const auto refined = strategy_.refine(result.block, parameters(), certifier->state());
    EXPECT_EQ(refined.candidates, result.findings.candidates);
    EXPECT_EQ(refined.extras.at("sums"), result.findings.extras.at("sums"));
    const auto final_word = certifier->advance(result.block, refined.candidates, refined.extras);
    if (!final_word) {
      // The bound of the windows was loose; looked at closely the block holds.
      EXPECT_TRUE(refined.violations.empty());
      at = cut;
      continue;
    }
    EXPECT_EQ(final_word->doubt, Doubt::Refuted);
    ASSERT_EQ(refined.violations.size(), 1U);
    EXPECT_EQ(refined.violations.front().factorization, expected);
    // Of N/phi(N) and not of sigma(N)/N, which is far smaller.
    EXPECT_LE(std::stod(refined.violations.front().ratio_lo), std::exp(std::stod(planted)));
    EXPECT_GT(std::stod(refined.violations.front().ratio_hi), std::exp(gamma_constant));
    return;
  }
  FAIL() << "no block was refuted";
}

TEST_F(PrimorialTest, ABlockFromTwoBeyondTheWindowsHoldsToo) {
  constexpr std::uint64_t end = std::min<std::uint64_t>(reach, 4 * windows_begin);
  const auto result = block({2}, {end});
  PrimorialFold fold;
  ASSERT_FALSE(fold.advance(result.block, result.findings.candidates, result.findings.extras));
  EXPECT_EQ(fold.certificate().sums, fold_to(end, std::uint64_t{1} << 40U)->certificate().sums);
}

TEST_F(PrimorialTest, AChangedBlockIsRefused) {
  const auto first = block({2}, {windows_begin});
  const auto second = block({windows_begin}, {windows_begin + windows_begin / 64});
  const auto advance = [&](const std::function<void(Extras&)>& change) {
    PrimorialFold fold;
    EXPECT_FALSE(fold.advance(first.block, first.findings.candidates, first.findings.extras));
    Extras extras = second.findings.extras;
    change(extras);
    return fold.advance(second.block, second.findings.candidates, extras);
  };
  EXPECT_FALSE(advance([](Extras&) {}));
  const auto with = [&](const std::function<void(RunSums&)>& change) {
    return advance([&change](Extras& extras) {
      RunSums run;
      EXPECT_FALSE(read(extras, run));
      change(run);
      extras.clear();
      write(run, extras);
    });
  };
  EXPECT_FALSE(with([](RunSums&) {}));
  EXPECT_EQ(with([](RunSums& run) { ++run.primes.sum; })->doubt, Doubt::Unfit);
  EXPECT_EQ(with([](RunSums& run) { run.slices.pop_back(); })->doubt, Doubt::Unfit);
  EXPECT_EQ(with([](RunSums& run) { run.origin = run.sums; })->doubt, Doubt::Unfit);
  EXPECT_EQ(with([](RunSums& run) { run.slice_bounds.back() -= int128{1} << growth_bits; })->doubt, Doubt::Unproven);
  Extras without_margin = first.findings.extras;
  ASSERT_EQ(without_margin.erase("margin"), 1U);
  EXPECT_EQ(PrimorialFold().advance(first.block, first.findings.candidates, without_margin)->reason,
            "it says nothing of its margin");
  for (const char* key : {"primes", "sums", "slices", "slice_bounds"}) {
    EXPECT_EQ(advance([key](Extras& extras) { extras.erase(key); })->reason,
              std::string(key) + ": missing or not readable");
  }
}

}  // namespace
}  // namespace robin::search::primorial
