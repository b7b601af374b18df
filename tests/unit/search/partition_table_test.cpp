#include "search/strategies/superabundant/partition_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <set>

#include "math/factorization.hpp"
#include "math/interval.hpp"
#include "search/strategies/superabundant/candidate_walk.hpp"
#include "support/random.hpp"

namespace robin::search {
namespace {

using testing_support::Random;
using testing_support::rounds;

/// All partitions of n with parts of at most k, greatest first part first: reverse lexicographic order by definition.
void reference_partitions(std::uint32_t n, std::uint32_t k, Partition& prefix, std::vector<Partition>& all) {
  if (n == 0) {
    all.push_back(prefix);
    return;
  }
  for (std::uint32_t part = std::min(n, k); part >= 1; --part) {
    prefix.push_back(part);
    reference_partitions(n - part, part, prefix, all);
    prefix.pop_back();
  }
}

std::vector<Partition> reference_partitions(std::uint32_t n) {
  std::vector<Partition> all;
  Partition prefix;
  reference_partitions(n, n, prefix, all);
  return all;
}

/// p(n) by Euler's pentagonal number theorem, in exact integers: another recurrence altogether.
std::vector<math::Integer> reference_counts(std::size_t end) {
  std::vector<math::Integer> p{math::Integer(1)};
  for (std::size_t n = 1; n < end; ++n) {
    math::Integer positive;
    math::Integer negative;
    for (std::size_t k = 1; k * (3 * k - 1) / 2 <= n; ++k) {
      math::Integer& side = k % 2 == 1 ? positive : negative;
      side += p[n - k * (3 * k - 1) / 2];
      if (k * (3 * k + 1) / 2 <= n) {
        side += p[n - k * (3 * k + 1) / 2];
      }
    }
    p.push_back(positive - negative);
  }
  return p;
}

class PartitionTableTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { table_ = std::make_unique<PartitionTable>(); }
  static void TearDownTestSuite() { table_.reset(); }
  static const PartitionTable& table() { return *table_; }

 private:
  static inline std::unique_ptr<PartitionTable> table_;  // NOLINT(readability-identifier-naming)
};

TEST_F(PartitionTableTest, CountsAgreeWithThePentagonalRecurrence) {
  const auto expected = reference_counts(level_max + 1);
  const auto without_a_table = partition_counts();
  ASSERT_EQ(without_a_table.size(), expected.size());
  for (std::uint32_t level = 0; level <= level_max; ++level) {
    ASSERT_EQ(math::Integer::from_uint128(table().count(level)), expected[level]) << level;
    ASSERT_EQ(math::Integer::from_uint128(without_a_table[level]), expected[level]) << level;
  }
}

TEST_F(PartitionTableTest, CountsMatchThePublishedValues) {
  // OEIS A000041.
  const std::map<std::uint32_t, const char*> published = {{10, "42"},
                                                          {20, "627"},
                                                          {50, "204226"},
                                                          {75, "8118264"},
                                                          {100, "190569292"},
                                                          {200, "3972999029388"},
                                                          {400, "6727090051741041926"},
                                                          {1000, "24061467864032622473692149727991"}};
  for (const auto& [level, count] : published) {
    EXPECT_EQ(math::Integer::from_uint128(table().count(level)).to_decimal(), count);
  }
}

TEST_F(PartitionTableTest, UnrankListsEachLevelInReverseLexicographicOrder) {
  for (std::uint32_t level = 1; level <= 22; ++level) {
    const auto expected = reference_partitions(level);
    ASSERT_EQ(table().count(level), expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
      ASSERT_EQ(table().unrank(level, index), expected[index]) << level << ":" << index;
    }
  }
}

TEST_F(PartitionTableTest, RankUndoesUnrankAtDepth) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint32_t level : {1U, 2U, 60U, 90U, 200U, 400U, 417U, 500U, 777U, 1000U}) {
    for (std::uint64_t i = 0; i < rounds(200); ++i) {
      const uint128 index = random.below(table().count(level));
      const Partition partition = table().unrank(level, index);
      ASSERT_EQ(std::accumulate(partition.begin(), partition.end(), 0U), level);
      ASSERT_TRUE(std::is_sorted(partition.rbegin(), partition.rend()));
      ASSERT_EQ(table().rank(partition), index);
    }
  }
}

TEST_F(PartitionTableTest, IndicesNeedMoreThan64BitsAtDepth) {
  const uint128 last = table().count(1000) - 1;
  EXPECT_GT(last >> 64U, 0U);
  EXPECT_EQ(table().unrank(1000, last), Partition(1000, 1));
  EXPECT_EQ(table().rank(Partition(1000, 1)), last);
  EXPECT_EQ(table().unrank(1000, 0), Partition{1000});
}

TEST_F(PartitionTableTest, WalkVisitsEachPartitionOnceAcrossLevels) {
  const ExponentTable exponents(25);
  CandidateWalk walk(exponents, {1});
  std::set<Partition> seen;
  for (std::uint32_t level = 1; level <= 24; ++level) {
    for (const auto& expected : reference_partitions(level)) {
      ASSERT_EQ(walk.partition(), expected);
      ASSERT_TRUE(seen.insert(walk.partition()).second);
      walk.advance();
    }
  }
}

TEST_F(PartitionTableTest, WalkFromARandomPlaceFollowsUnrankAndCarriesTheRightValues) {
  Random random;
  SCOPED_TRACE(random.seed());
  for (const std::uint32_t level : {30U, 75U, 200U, 450U}) {
    const ExponentTable exponents(level + 1);
    const uint128 count = table().count(level);
    const uint128 begin = random.below(count);
    CandidateWalk walk(exponents, table().unrank(level, begin));
    for (std::uint64_t step = 0; step < rounds(300) && begin + step < count; ++step, walk.advance()) {
      ASSERT_EQ(walk.partition(), table().unrank(level, begin + step));
      const auto n = math::Factorization::from_exponents(walk.partition(), exponents.primes());
      math::Integer value(1);
      math::Integer sigma(1);
      n.for_each([&](const math::Integer& p, std::uint32_t e) {
        value *= math::Integer::power(p, e);
        sigma *= math::sigma_of_prime_power(p, e);
      });
      const auto truth = math::Interval::from_ratio(sigma, value, {120});
      const auto log = math::Interval::log(math::Interval::from(value, {120}), {120});
      ASSERT_NEAR(walk.abundancy() / truth.lower_double(), 1.0, CandidateWalk::relative_error);
      ASSERT_NEAR(walk.log_n() / log.lower_double(), 1.0, CandidateWalk::relative_error);
    }
  }
}

}  // namespace
}  // namespace robin::search
