// The pruned search against the complete one, which looks at every candidate, and the superabundant numbers against
// their definition.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

#include "math/factor.hpp"
#include "search/examine.hpp"
#include "search/sha256.hpp"
#include "search/strategies/superabundant/benefit_table.hpp"
#include "search/strategies/superabundant/pruned_walk.hpp"
#include "search/strategies/superabundant/superabundant_numbers.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"

namespace robin::search {
namespace {

using testing_support::block;
using testing_support::extent;
using testing_support::parameters;
using testing_support::Random;
using testing_support::required;
using testing_support::rounds;

class PrunedSearch : public testing::Test {
 protected:
  [[nodiscard]] BlockResult examined(const Block& range, std::string_view threshold, Mode mode,
                                     unsigned threads = 1) const {
    return examine(strategy_, range, parameters(threshold, DigestKind::Exact, mode), {threads, {}});
  }
  [[nodiscard]] Block level(std::uint32_t from, std::uint32_t to) const {
    return block(strategy_, std::to_string(from) + ":0", std::to_string(to) + ":0");
  }
  void expect_same(const Block& range, std::string_view threshold) const {
    const BlockResult complete = examined(range, threshold, Mode::Complete);
    const BlockResult pruned = examined(range, threshold, Mode::Pruned);
    EXPECT_EQ(pruned.digest, complete.digest) << strategy_.text(range.begin) << " at " << threshold;
    EXPECT_EQ(pruned.findings.candidates, complete.findings.candidates);
    EXPECT_EQ(pruned.findings.violations, complete.findings.violations);
    EXPECT_EQ(pruned.findings.witnesses, complete.findings.witnesses);
    if (!complete.findings.witnesses.empty()) {
      EXPECT_EQ(pruned.findings.best, complete.findings.best);
    }
  }

  const Strategies strategies_;
  const Strategy& strategy_ = *strategies_.find("superabundant");
  Random random_;
  testing::ScopedTrace trace_{__FILE__, __LINE__, random_.seed()};
};

/// From one level to before another: all of them to 60 in pieces that take about as long.
class PrunedSearchOfLevels : public PrunedSearch,
                             public testing::WithParamInterface<std::pair<std::uint32_t, std::uint32_t>> {};

TEST_P(PrunedSearchOfLevels, FindsWhatTheCompleteSearchFinds) {
  for (std::uint32_t at = GetParam().first; at < GetParam().second; ++at) {
    for (const char* threshold : {"1.72", "1.75", "1.767"}) {
      expect_same(level(at, at + 1), threshold);
    }
  }
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> pieces_of_levels() {
  if (testing_support::is_sanitized) {
    return {{1, 40}, {40, 43}};
  }
  return {{1, 49}, {49, 53}, {53, 56}, {56, 58}, {58, 59}, {59, 60}, {60, 61}};
}

INSTANTIATE_TEST_SUITE_P(To60, PrunedSearchOfLevels, testing::ValuesIn(pieces_of_levels()),
                         [](const auto& piece) { return "from_" + std::to_string(piece.param.first); });

TEST_F(PrunedSearch, FindsWhatTheCompleteSearchFindsWhereMostIsKept) {
  for (const char* threshold : {"0.1", "1", "1.5", "1.65"}) {
    expect_same(level(1, extent(27U, 22U)), threshold);
  }
}

class PrunedSearchOfRandomBlocks : public PrunedSearch, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(PrunedSearchOfRandomBlocks, FindsWhatTheCompleteSearchFindsOnLevels60To90) {
  for (std::uint64_t round = GetParam(); round < rounds(40); round += 5) {
    const auto at = static_cast<std::uint32_t>(random_.between(60, 90));
    const Block whole = level(at, at + 1);
    // Numbers with a large first part are hopeless: most rounds look at the end of the level, where witnesses lie.
    const uint128 span = round % 4 == 0 ? whole.length() : whole.length() / 16;
    const Position begin{whole.end.ordinal - 1 - random_.below(span)};
    const Position end{std::min(whole.end.ordinal + 1000, begin.ordinal + random_.between(1, 300'000))};
    expect_same({begin, end}, std::array{"1.7", "1.75", "1.77"}[round % 3]);
  }
}

INSTANTIATE_TEST_SUITE_P(Fifth, PrunedSearchOfRandomBlocks, testing::Range(std::uint64_t{0}, std::uint64_t{5}));

TEST_F(PrunedSearch, DoesNotDependOnCutsAndThreads) {
  const Block whole = level(90, 93);
  const BlockResult one = examined(whole, "1.765", Mode::Pruned);
  ASSERT_GT(one.findings.witnesses.size(), 100U);
  EXPECT_EQ(examined(whole, "1.765", Mode::Pruned, 3), one);
  Findings assembled;
  for (Position begin = whole.begin; begin < whole.end;) {
    const Position end{std::min(whole.end.ordinal, begin.ordinal + 1 + random_.below(whole.length() / 10))};
    append(assembled, examined({begin, end}, "1.765", Mode::Pruned).findings);
    begin = end;
  }
  EXPECT_EQ(assembled, one.findings);
}

TEST_F(PrunedSearch, BlocksAndSlicesTileEveryLevelAndFollowTheWork) {
  for (const std::uint32_t at : {1U, 16U, 17U, 100U, 250U, 251U, 400U}) {
    if (at > extent(400U, 100U)) {
      break;
    }
    const Parameters asked = parameters(at <= 250 ? "1.77" : "1.777", DigestKind::Exact, Mode::Pruned);
    const Block whole = level(at, at + 1);
    std::size_t blocks = 0;
    std::size_t slices = 0;
    for (Position begin = whole.begin; begin < whole.end; ++blocks) {
      const Position end = strategy_.block_end(whole.begin, begin, std::nullopt, asked);
      ASSERT_LT(begin, end);
      ASSERT_LE(end, whole.end) << "a block ends with its level";
      begin = end;
    }
    for (Position begin = whole.begin; begin < whole.end; ++slices) {
      const Position end = strategy_.slice_end(begin, asked);
      ASSERT_LT(begin, end);
      ASSERT_LE(end, whole.end);
      begin = end;
    }
    EXPECT_LE(blocks, 500U) << at;
    EXPECT_LE(blocks, slices) << at;
    EXPECT_LE(slices, 5000U) << at;
  }
}

TEST_F(PrunedSearch, RefusesWhatItCannotDo) {
  EXPECT_TRUE(strategy_.refuse(parameters("1.7", DigestKind::Original, Mode::Pruned)));
  EXPECT_TRUE(strategy_.refuse(parameters("0", DigestKind::Exact, Mode::Pruned)));
  EXPECT_FALSE(strategy_.refuse(parameters("0", DigestKind::Exact, Mode::Complete)));
  EXPECT_TRUE(strategies_.find("exhaustive")->refuse(parameters("1.7", DigestKind::Exact, Mode::Pruned)));
  EXPECT_TRUE(strategies_.find("colossally-abundant")->refuse(parameters("1.7", DigestKind::Exact, Mode::Exact)));
}

/// The bounds that the pruning rests on, for every partition of some levels, from each of its parts on.
TEST_F(PrunedSearch, NoCompletionGainsMoreThanTheTableSaysAndOneGainsThat) {
  const ExponentTable table(40);
  const PartitionTable partitions;
  for (const std::uint32_t at : {13U, 20U, 27U}) {
    const BenefitTable benefits(table, at);
    for (std::size_t k = 0; k < BenefitTable::prices; ++k) {
      double greatest = -1e9;
      for (uint128 index = 0; index < partitions.count(at); ++index) {
        const Partition partition = partitions.unrank(at, index);
        double sum = 0;
        std::uint32_t factors = 0;
        for (std::size_t i = partition.size(); i-- > 0;) {
          const auto& power = table.power(i, partition[i]);
          sum += power.log_abundancy - benefits.price(k) * power.log;
          factors += partition[i];
          ASSERT_LE(sum, benefits.greatest(k, i, factors) + 1e-12);
        }
        greatest = std::max(greatest, sum);
      }
      EXPECT_NEAR(greatest, benefits.greatest(k, 0, at), 1e-12);
    }
    for (double log_n = 3; log_n < table.primorial(at).log; log_n += 0.01) {
      ASSERT_GE(benefits.bar_above(log_n), -std::log(std::log(log_n)) - 1e-12);
      ASSERT_LE(benefits.bar_above(log_n), -std::log(std::log(log_n)) + 0.05);
    }
  }
}

/// The greatest ratio of a level, as the pruned search finds it at a threshold just below the one looked for.
TEST_F(PrunedSearch, TheBestOfEachLevelIsThatOfTheCompleteSearch) {
  std::ifstream table(std::string(ROBIN_SOURCE_DIR) + "/tests/unit/search/best_of_level.txt");
  ASSERT_TRUE(table);
  std::uint32_t seen = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) {
      continue;
    }
    std::istringstream fields(line);
    std::uint32_t at = 0;
    std::string factorization;
    std::string threshold;
    ASSERT_TRUE(fields >> at >> factorization >> threshold) << line;
    ++seen;
    if (at > extent(at, 40U)) {
      continue;
    }
    const auto pruned = examined(level(at, at + 1), threshold, Mode::Pruned);
    ASSERT_TRUE(pruned.findings.best) << at;
    EXPECT_EQ(pruned.findings.best->factorization, factorization) << at;
    EXPECT_TRUE(pruned.findings.best->ratio_lo.starts_with(threshold)) << at;
    if (at <= extent(60U, 30U)) {
      EXPECT_EQ(examined(level(at, at + 1), "5", Mode::Complete).findings.best, pruned.findings.best);
    }
  }
  EXPECT_EQ(seen, 88U) << "levels 3 to 90";
}

// The superabundant numbers.

TEST_F(PrunedSearch, ExactModeListsTheSuperabundantNumbersUpTo10ToThe7ByTheirDefinition) {
  constexpr std::size_t end = extent(10'000'000U, 1'000'000U);
  std::vector<std::uint64_t> sigma(end, 0);
  for (std::uint64_t d = 1; d < end; ++d) {
    for (std::uint64_t multiple = d; multiple < end; multiple += d) {
      sigma[multiple] += d;
    }
  }
  std::vector<std::string> expected;
  std::uint64_t record = 1;
  for (std::uint64_t n = 2; n < end; ++n) {
    if (core::uint128{sigma[n]} * record > core::uint128{sigma[record]} * n) {
      record = n;
      expected.push_back(std::to_string(n));
    }
  }
  // A number below 10^7 has at most 23 prime factors.
  const auto result = examined(level(1, 24), "1", Mode::Exact);
  std::vector<std::string> found = {"2"};  // a violation, but its ratio is negative
  for (const Witness& witness : result.findings.witnesses) {
    const auto n = required(math::Factorization::parse(witness.factorization)).value(100);
    if (*n < math::Integer(end)) {
      found.push_back(n->to_decimal());
    }
  }
  EXPECT_EQ(result.findings.violations.front().factorization, "2");
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected));
}

TEST_F(PrunedSearch, ExactModeReproducesThePublishedBeginning) {
  // OEIS A004394, the first 200, one decimal number a line (tests' known values). All have less than 60 prime factors.
  std::vector<math::Integer> numbers = {math::Integer(1), math::Integer(2)};
  for (const Witness& witness : examined(level(1, 60), "1", Mode::Exact).findings.witnesses) {
    numbers.push_back(*required(math::Factorization::parse(witness.factorization)).value(1000));
  }
  std::sort(numbers.begin(), numbers.end());
  ASSERT_GT(numbers.size(), 200U);
  const auto count_below = [&numbers](std::uint64_t exponent) {
    return std::count_if(numbers.begin(), numbers.end(),
                         [limit = math::Integer::power(10, exponent)](const auto& n) { return n <= limit; });
  };
  EXPECT_EQ(count_below(10), 55);
  EXPECT_EQ(count_below(20), 123);
  EXPECT_EQ(count_below(30), 191);
  std::string text;
  for (std::size_t i = 0; i < 200; ++i) {
    text += numbers[i].to_decimal() + "\n";
  }
  EXPECT_EQ(Sha256::hex_of(text), "2fb4a9a4a16e96300d2408975172618fd6c0cc5c6c4f8fe42d58bbcef27cbb72");
}

/// Far out, where no list is published: each is a record against the pruned search's numbers of all levels nearby.
class ExactMode : public PrunedSearch {
 protected:
  struct Levels {
    std::uint32_t from;
    std::uint32_t to;
  };
  /// In levels well within those that are looked at, at least so many numbers.
  /// `threshold` lies below the ratios of superabundant numbers there.
  void agrees_with_the_records_among_all_kept_numbers_nearby(Levels wide_levels, Levels inside,
                                                             std::string_view threshold, std::size_t least);
};

void ExactMode::agrees_with_the_records_among_all_kept_numbers_nearby(Levels wide_levels, Levels inside,
                                                                      std::string_view threshold, std::size_t least) {
  const Block wide = level(wide_levels.from, wide_levels.to);
  struct Number {
    std::string factorization;
    math::Integer n;
    math::Integer sigma;
  };
  std::vector<Number> kept;
  // Whatever could be in the way of a superabundant number has a ratio above the threshold, too.
  for (const Witness& witness : examined(wide, threshold, Mode::Pruned).findings.witnesses) {
    const auto n = required(math::Factorization::parse(witness.factorization));
    kept.push_back({witness.factorization, *n.value(10'000), *n.sigma(10'000)});
  }
  std::sort(kept.begin(), kept.end(), [](const Number& a, const Number& b) { return a.n < b.n; });
  std::vector<std::string> records;
  const Number* record = &kept.front();
  for (const Number& number : kept) {
    if (number.sigma * record->n > record->sigma * number.n) {
      record = &number;
      records.push_back(number.factorization);
    }
  }
  std::vector<std::string> found;
  for (const Witness& witness : examined(wide, "1", Mode::Exact).findings.witnesses) {
    found.push_back(witness.factorization);
  }
  // Of the levels at the edges some numbers have their rivals in levels that were not looked at.
  const auto lies_inside = [inside](const std::string& factorization) {
    std::uint32_t sum = 0;
    required(math::Factorization::parse(factorization)).for_each([&sum](const auto&, std::uint32_t e) { sum += e; });
    return sum >= inside.from && sum < inside.to;
  };
  std::erase_if(records, [&](const auto& n) { return !lies_inside(n); });
  std::erase_if(found, [&](const auto& n) { return !lies_inside(n); });
  EXPECT_GT(found.size(), least);
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(records));
}

TEST_F(ExactMode, AgreesWithTheRecordsAmongAllKeptNumbersNearby) {
  if (testing_support::is_sanitized) {
    agrees_with_the_records_among_all_kept_numbers_nearby({24, 33}, {27, 30}, "1.66", 3);
  } else {
    agrees_with_the_records_among_all_kept_numbers_nearby({60, 81}, {68, 73}, "1.755", 20);
  }
}

using LongExactMode = ExactMode;
TEST_F(LongExactMode, AgreesWithTheRecordsAmongAllKeptNumbersNearby) {
  agrees_with_the_records_among_all_kept_numbers_nearby({85, 121}, {97, 109}, "1.766", 100);
}

TEST_F(PrunedSearch, ExactModeDoesNotDependOnCuts) {
  const Block whole = level(30, 34);
  const BlockResult one = examined(whole, "1", Mode::Exact);
  EXPECT_EQ(examined(whole, "1", Mode::Exact, 2), one);
  Findings assembled;
  for (Position begin = whole.begin; begin < whole.end;) {
    const Position end{std::min(whole.end.ordinal, begin.ordinal + 1 + random_.below(whole.length() / 3))};
    append(assembled, examined({begin, end}, "1", Mode::Exact).findings);
    begin = end;
  }
  EXPECT_EQ(assembled, one.findings);
}

}  // namespace
}  // namespace robin::search
