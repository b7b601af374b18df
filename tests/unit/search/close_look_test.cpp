// What happens when a number violates the inequality: with a constant planted in place of gamma real colossally
// abundant numbers do, and the first of them must be found by name; and a block that proves too little is looked at
// closely.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/robin.hpp"
#include "search/examine.hpp"
#include "search/prime_windows/window.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "support/parsed.hpp"
#include "support/planted_bar.hpp"
#include "support/random.hpp"
#include "unit/search/stepwise_reference.hpp"

namespace robin::search::colossally_abundant {
namespace {

using namespace stepwise_reference;  // NOLINT(google-build-using-namespace): it is the other half of this test
using testing_support::parameters;
using testing_support::PlantedBar;

constexpr double gamma_constant = 0.57721566490153286;

/// Below, and beyond the first windows, a number violates when this stands in place of gamma.
constexpr std::uint64_t violation_end = testing_support::extent(std::uint64_t{1} << 22U, std::uint64_t{3} << 19U);
constexpr const char* planted = testing_support::extent("0.577185", "0.577168");

/// The first number above 5040 whose margin is not positive when `bar` stands in place of gamma.
std::string first_violation(const std::vector<Step>& steps, double bar) {
  Walk walk;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    walk.take(steps[i]);
    if (i >= 8 && walk.margin() - gamma_constant + bar < 0) {
      return number_after(steps, i + 1).text();
    }
  }
  return "";
}

class CloseLookTest : public testing::Test {
 protected:
  BlockResult block(Position begin, Position end) { return examine(strategy_, {begin, end}, parameters(), {}); }

  Strategies strategies_;
  const Strategy& strategy_ = *strategies_.find("colossally-abundant");
};

TEST_F(CloseLookTest, GenesisNamesTheFirstNumberThatViolatesAPlantedBar) {
  const auto expected = first_violation(steps_by_definition(100'000), 0.5768);
  const PlantedBar bar("0.5768");
  const auto result = block({2}, {windows_begin});
  ASSERT_EQ(result.findings.violations.size(), 9U) << "eight known exceptions and one";
  EXPECT_EQ(result.findings.violations.back().factorization, expected);
  CertificateFold fold;
  const auto objection = fold.advance(result.block, result.findings.candidates, result.findings.extras);
  ASSERT_TRUE(objection);
  EXPECT_EQ(objection->doubt, Doubt::Refuted);
}

TEST_F(CloseLookTest, WindowsThatProveTooLittleAreRefinedToTheFirstNumberThatViolatesAPlantedBar) {
  const auto expected = first_violation(steps_by_definition(violation_end), std::stod(planted));
  const PlantedBar bar(planted);
  auto certifier = testing_support::taken(strategy_.certifier({}));
  for (Position at{2}; at < Position{violation_end};) {
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
    ASSERT_EQ(refined.violations.size(), 1U);
    EXPECT_EQ(refined.violations.front().factorization, expected);
    EXPECT_EQ(refined.candidates, result.findings.candidates);
    EXPECT_EQ(refined.extras.at("sums"), result.findings.extras.at("sums"));
    EXPECT_EQ(refined.extras.at("slices"), result.findings.extras.at("slices"));
    const auto final_word = certifier->advance(result.block, refined.candidates, refined.extras);
    ASSERT_TRUE(final_word);
    EXPECT_EQ(final_word->doubt, Doubt::Refuted);
    return;
  }
  FAIL() << "no block was doubted";
}

/// The named number also violates when it is certified from its factors alone, exactly.
TEST_F(CloseLookTest, AGenesisBlockBeyond2To20FindsTheSameNumberAsTheWindows) {
  const auto expected = first_violation(steps_by_definition(violation_end), std::stod(planted));
  const PlantedBar bar(planted);
  const auto result = block({2}, {violation_end});
  ASSERT_EQ(result.findings.violations.size(), 9U);
  const auto& violation = result.findings.violations.back();
  EXPECT_EQ(violation.factorization, expected);
  const auto number = testing_support::required(math::Factorization::parse(violation.factorization));
  const auto assessment = math::assess(number, {});
  EXPECT_EQ(assessment.verdict, math::Verdict::Violates);
  EXPECT_LE(compare_decimals(violation.ratio_lo, assessment.ratio.upper_decimal(24)), 0);
  EXPECT_GE(compare_decimals(violation.ratio_hi, assessment.ratio.lower_decimal(24)), 0);
}

TEST_F(CloseLookTest, ARefinedBlockProvesAtLeastAsMuchAndFits) {
  auto certifier = testing_support::taken(strategy_.certifier({}));
  const auto first = block({2}, {windows_begin});
  ASSERT_FALSE(certifier->advance(first.block, first.findings.candidates, first.findings.extras));
  const auto origin = certifier->state();
  const auto second = block({windows_begin}, {windows_begin + windows_begin / 64});
  const auto refined = strategy_.refine(second.block, parameters(), origin);
  auto other = testing_support::taken(strategy_.certifier(origin));
  ASSERT_FALSE(certifier->advance(second.block, second.findings.candidates, second.findings.extras));
  ASSERT_FALSE(other->advance(second.block, refined.candidates, refined.extras));
  EXPECT_EQ(certifier->state().at("sums"), other->state().at("sums"));
  EXPECT_GE(std::stod(other->state().at("block_margin")), std::stod(certifier->state().at("block_margin")));
}

TEST_F(CloseLookTest, ACertifierGoesOnFromItsState) {
  auto whole = testing_support::taken(strategy_.certifier({}));
  std::map<std::string, std::string> state;
  Position at{2};
  for (int i = 0; i < 4; ++i) {
    const Position cut = strategy_.block_end({2}, at, std::nullopt, parameters());
    const auto result = block(at, cut);
    auto resumed = testing_support::taken(strategy_.certifier(state));
    ASSERT_FALSE(whole->advance(result.block, result.findings.candidates, result.findings.extras));
    ASSERT_FALSE(resumed->advance(result.block, result.findings.candidates, result.findings.extras));
    state = resumed->state();
    EXPECT_EQ(state, whole->state());
    at = cut;
  }
}

TEST_F(CloseLookTest, AStateThatCannotBeReadIsRefused) {
  auto state = testing_support::taken(strategy_.certifier({}))->state();
  for (const char* key : {"position", "blocks", "steps", "primes", "sums"}) {
    auto broken = state;
    broken[key] = "1 x";
    EXPECT_TRUE(std::holds_alternative<Refusal>(strategy_.certifier(broken))) << key;
    EXPECT_TRUE(strategy_.refuse_refinement({{windows_begin}, {windows_begin + 4096}}, broken)) << key;
  }
  EXPECT_TRUE(strategy_.refuse_refinement({{windows_begin}, {windows_begin + 4096}}, state)) << "another position";
}

TEST_F(CloseLookTest, OtherStrategiesCertifyAndRefineNothing) {
  const Strategy& other = *strategies_.find("exhaustive");
  EXPECT_EQ(testing_support::taken(other.certifier({})), nullptr);
  EXPECT_TRUE(other.refuse_refinement({{2}, {10}}, {}));
}

}  // namespace
}  // namespace robin::search::colossally_abundant
