#include "search/examine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "search/sha256.hpp"
#include "support/known_values.hpp"
#include "support/parsed.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::search {
namespace {

using testing_support::block;
using testing_support::parameters;

class ExamineTest : public testing::Test {
 protected:
  [[nodiscard]] const Strategy& strategy(std::string_view name) const { return *strategies_.find(name); }
  Strategies strategies_;
};

TEST_F(ExamineTest, ExactDigestHashesTheDocumentedText) {
  // common/search/README.md, "The digest exact", written out by hand for [2, 13).
  const std::string text =
      "robin exact 1\nstrategy exhaustive\nbegin 2\nend 13\ncandidates 11\n"
      "violation 2\nviolation 3\nviolation 2^2\nviolation 5\nviolation 2*3\nviolation 2^3\nviolation 3^2\nviolation "
      "2*5\n"
      "violation 2^2*3\n"
      "witness 3\nwitness 2^2\nwitness 5\nwitness 2*3\nwitness 2^3\nwitness 3^2\nwitness 2*5\nwitness 2^2*3\n";
  const auto result = examine(strategy("exhaustive"), block(strategy("exhaustive"), "2", "13"), parameters("1.78"), {});
  EXPECT_EQ(result.digest, Sha256::hex_of(text));
}

TEST_F(ExamineTest, ExhaustiveFindsExactlyTheKnownExceptions) {
  const auto result = examine(strategy("exhaustive"), block(strategy("exhaustive"), "2", "100000"), parameters(), {});
  ASSERT_EQ(result.findings.violations.size(), testing_support::exceptions.size());
  for (std::size_t i = 0; i < testing_support::exceptions.size(); ++i) {
    const auto n = testing_support::required(math::Factorization::parse(result.findings.violations[i].factorization));
    EXPECT_EQ(n.value(10), math::Integer(testing_support::exceptions[i]));
  }
}

TEST_F(ExamineTest, SuperabundantFindsTheExceptionsOfItsForm) {
  // Those of the 27 whose exponents over 2, 3, 5, ... do not increase.
  const std::vector<std::string> expected = {"2",         "2^2",       "2*3",      "2^3",         "2^2*3",
                                             "2^4",       "2^3*3",     "2..5",     "2^2*3^2",     "2^4*3",
                                             "2^2*3*5",   "2^3*3^2",   "2^3*3*5",  "2^2*3^2*5",   "2^4*3*5",
                                             "2^3*3^2*5", "2^4*3^2*5", "2^3*3..7", "2^3*3^2*5*7", "2^4*3^2*5*7"};
  const auto result =
      examine(strategy("superabundant"), block(strategy("superabundant"), "1:0", "20:0"), parameters(), {});
  std::vector<std::string> found;
  for (const auto& violation : result.findings.violations) {
    found.push_back(violation.factorization);
  }
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected));
}

TEST_F(ExamineTest, BestIsTheGreatestRatioOverAllCandidates) {
  const auto result =
      examine(strategy("superabundant"), block(strategy("superabundant"), "1:0", "10:0"), parameters(), {});
  // sigma(4)/(4 log log 4) = 5.357..., the greatest ratio above n = 3, which is of another form (3 is not 2^a).
  ASSERT_TRUE(result.findings.best);
  EXPECT_EQ(result.findings.best->factorization, "2^2");
}

TEST_F(ExamineTest, BestIsFoundAlsoWhereNothingReachesTheThreshold) {
  const Strategy& superabundant = strategy("superabundant");
  const Block level = block(superabundant, "20:0", "21:0");
  const auto nothing_kept = examine(superabundant, level, parameters("5"), {});
  EXPECT_TRUE(nothing_kept.findings.witnesses.empty());
  const auto all_kept = examine(superabundant, level, parameters("0.0001"), {});
  ASSERT_EQ(all_kept.findings.witnesses.size(), 627U);
  const auto greatest =
      std::max_element(all_kept.findings.witnesses.begin(), all_kept.findings.witnesses.end(),
                       [](const Witness& a, const Witness& b) { return compare_decimals(a.ratio_lo, b.ratio_lo) < 0; });
  ASSERT_TRUE(nothing_kept.findings.best);
  EXPECT_EQ(nothing_kept.findings.best->factorization, greatest->factorization);
}

TEST_F(ExamineTest, StoppedBeforeItBeganReturnsTheEmptyPrefix) {
  std::stop_source source;
  source.request_stop();
  const Block whole = block(strategy("exhaustive"), "2", "1000000");
  const auto result = examine(strategy("exhaustive"), whole, parameters(), {1, source.get_token()});
  EXPECT_EQ(result.block, (Block{whole.begin, whole.begin}));
  EXPECT_EQ(result.findings.candidates, 0U);
}

class EnoughTest : public ExamineTest {
 protected:
  /// Ends with the slice in which so many witnesses are reached.
  [[nodiscard]] BlockResult examined(std::size_t enough, unsigned threads = 1, const Strategy* by = nullptr) const {
    ExamineOptions options;
    options.threads = threads;
    options.witnesses_enough = enough;
    return examine(by == nullptr ? strategy("exhaustive") : *by, whole_, asked_, options);
  }
  [[nodiscard]] BlockResult examined_up_to(Position end) const {
    return examine(strategy("exhaustive"), {whole_.begin, end}, asked_, {});
  }
  /// Of a block, in order.
  [[nodiscard]] std::vector<Position> ends_of_slices() const {
    std::vector<Position> ends;
    for (Position at = whole_.begin; at < whole_.end; ends.push_back(at)) {
      at = std::min(strategy("exhaustive").slice_end(at, asked_), whole_.end);
    }
    return ends;
  }

  Block whole_ = block(strategy("exhaustive"), "2", "170000");
  Parameters asked_ = parameters("1.6");
};

TEST_F(EnoughTest, TheFirstSliceInWhichItIsReachedIsTheLastWhateverTheThreads) {
  const auto ends = ends_of_slices();
  ASSERT_GE(ends.size(), 6U);
  const std::size_t of_two_slices = examined_up_to(ends[1]).findings.witnesses.size();
  ASSERT_GT(of_two_slices, examined_up_to(ends[0]).findings.witnesses.size());
  ASSERT_GT(examined_up_to(ends[2]).findings.witnesses.size(), of_two_slices);
  for (const unsigned threads : {1U, 2U, 3U}) {
    EXPECT_EQ(examined(1, threads), examined_up_to(ends[0])) << threads;
    EXPECT_EQ(examined(of_two_slices, threads), examined_up_to(ends[1])) << threads;
    EXPECT_EQ(examined(of_two_slices + 1, threads), examined_up_to(ends[2])) << threads;
  }
}

TEST_F(EnoughTest, ABlockThatNeverReachesItIsExaminedWhole) {
  const auto all = examined_up_to(whole_.end);
  EXPECT_EQ(examined(all.findings.witnesses.size() + 1, 3), all);
  EXPECT_EQ(examined(all.findings.witnesses.size() + 1).block, whole_);
}

TEST_F(EnoughTest, WhatFailsBehindItHarmsNothingWhateverTheThreads) {
  const auto ends = ends_of_slices();
  const std::size_t of_two_slices = examined_up_to(ends[1]).findings.witnesses.size();
  for (const std::size_t failing : {2U, 3U}) {
    const testing_support::PoisonedStrategy poisoned(strategies_,
                                                     static_cast<std::uint64_t>(ends[failing].ordinal) - 1);
    for (const unsigned threads : {1U, 2U, 3U}) {
      EXPECT_EQ(examined(of_two_slices, threads, &poisoned), examined_up_to(ends[1])) << threads;
      EXPECT_THROW(static_cast<void>(examined(SIZE_MAX, threads, &poisoned)), std::runtime_error);
    }
  }
}

TEST_F(ExamineTest, AnExceptionOfTheStrategyReachesTheCaller) {
  ExamineOptions options;
  options.threads = 2;
  options.witnesses_max = 10;
  EXPECT_THROW(static_cast<void>(examine(strategy("exhaustive"), block(strategy("exhaustive"), "2", "1000000"),
                                         parameters("1"), options)),
               std::length_error);
}

TEST_F(ExamineTest, RefusesBlocksThatCannotBeExamined) {
  const Strategy& exhaustive = strategy("exhaustive");
  EXPECT_TRUE(refuse_block(exhaustive, {{10}, {5}}, parameters()));
  EXPECT_TRUE(refuse_block(exhaustive, {{10}, {10}}, parameters()));
  EXPECT_TRUE(refuse_block(exhaustive, {{0}, {10}}, parameters()));
  EXPECT_TRUE(refuse_block(exhaustive, {{2}, {uint128{1} << 62U}}, parameters()));
  EXPECT_FALSE(refuse_block(exhaustive, {{2}, {3}}, parameters()));
}

}  // namespace
}  // namespace robin::search
