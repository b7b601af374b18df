#include "flow/loops/synthetic.hpp"

#include <gtest/gtest.h>

#include "search/examine.hpp"
#include "support/parsed.hpp"

namespace robin::flow {
namespace {

using testing_support::parameters;

class SyntheticTest : public testing::Test {
 protected:
  const search::Strategies all_ = fleet_strategies();
  const search::Strategy& strategy_ = *all_.find(synthetic_strategy);
};

TEST_F(SyntheticTest, OnlyFleetsKnowIt) {
  const search::Strategies built_in;
  EXPECT_EQ(built_in.find(synthetic_strategy), nullptr);
  EXPECT_EQ(all_.all().size(), built_in.all().size() + 1);
}

TEST_F(SyntheticTest, BlocksAreTheSameWhateverSizeIsAskedFor) {
  for (const auto& size : {std::optional<search::uint128>(), std::optional<search::uint128>(5'000'000'000)}) {
    EXPECT_EQ(strategy_.block_end({0}, {0}, size, parameters("0")).ordinal, 100U);
    EXPECT_EQ(strategy_.block_end({0}, {113}, size, parameters("0")).ordinal, 200U) << "the rest of one that was split";
  }
}

TEST_F(SyntheticTest, SlicesTakeLongEnoughToBeTimedAndShortEnoughToBeLetGoOf) {
  EXPECT_EQ(strategy_.slice_end({0}, parameters("0")).ordinal, 100U);
  EXPECT_EQ(strategy_.slice_end({0}, parameters("10")).ordinal, 100U);
  EXPECT_EQ(strategy_.slice_end({7}, parameters("1000")).ordinal, 12U) << "50 ms";
  EXPECT_EQ(strategy_.slice_end({7}, parameters("300000")).ordinal, 8U) << "3 s of five minutes";
}

TEST_F(SyntheticTest, ABlockFindsNothingAndItsDigestIsAlwaysTheSame) {
  const search::Block block{{200}, {300}};
  const auto quick = search::examine(strategy_, block, parameters("0"), {});
  const auto begin = std::chrono::steady_clock::now();
  const auto slow = search::examine(strategy_, block, parameters("30"), {});
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(30)) << "it waits";
  EXPECT_EQ(quick.findings.candidates, 100U);
  EXPECT_TRUE(quick.findings.witnesses.empty());
  EXPECT_EQ(quick.digest, slow.digest);
  EXPECT_NE(quick.digest, search::examine(strategy_, {{300}, {400}}, parameters("0"), {}).digest);
}

TEST_F(SyntheticTest, ABlockThatIsStoppedLeavesAPrefix) {
  std::stop_source stop;
  stop.request_stop();
  search::ExamineOptions options;
  options.stop = stop.get_token();
  const auto result = search::examine(strategy_, {{0}, {100}}, parameters("100000"), options);
  EXPECT_LT(result.block.end.ordinal, 100U);
}

TEST_F(SyntheticTest, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(search::refuse_block(strategy_, {{0}, {100}}, parameters("0.5")));
  EXPECT_TRUE(search::refuse_block(strategy_, {{0}, {101}}, parameters("0")));
  EXPECT_TRUE(strategy_.refuse(parameters("86400001")));
  EXPECT_TRUE(strategy_.refuse(parameters("0", search::DigestKind::Original)));
}

}  // namespace
}  // namespace robin::flow
