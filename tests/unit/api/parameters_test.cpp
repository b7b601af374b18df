#include "api/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/documents.hpp"

namespace robin::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Query = std::map<std::string, std::string>;

std::string refused_field(const Query& query, void (*read)(Parameters&)) {
  Parameters parameters(query);
  try {
    read(parameters);
    parameters.expect_no_others();
  } catch (const BadRequest& bad) {
    return bad.field();
  }
  return "nothing";
}

TEST(ParametersTest, NumbersAreBoundedAndHaveADefault) {
  const Query query = {{"limit", "7"}, {"id", "9"}};
  Parameters parameters(query);
  EXPECT_EQ(parameters.number("limit", 3, 1, 10), 7U);
  EXPECT_EQ(parameters.number("other", 3, 1, 10), 3U);
  EXPECT_EQ(parameters.id("id"), 9);
  EXPECT_EQ(parameters.id("none"), std::nullopt);
  for (const char* wrong : {"", "0", "11", "-1", "1e3", " 7", "7 ", "99999999999999999999", "x"}) {
    EXPECT_EQ(refused_field({{"limit", wrong}}, [](Parameters& p) { (void)p.number("limit", 3, 1, 10); }), "limit")
        << wrong;
  }
}

TEST(ParametersTest, StatesAreWordsInAnyCase) {
  const Query query = {{"state", "failed,QUARANTINED"}};
  Parameters parameters(query);
  EXPECT_THAT(parameters.states("state"), ElementsAre(flow::BlockState::Failed, flow::BlockState::Quarantined));
  EXPECT_THAT(parameters.states("none"), IsEmpty());
  for (const char* wrong : {"", "failed,", "lost", "failed quarantined"}) {
    EXPECT_EQ(refused_field({{"state", wrong}}, [](Parameters& p) { (void)p.states("state"); }), "state") << wrong;
  }
}

TEST(ParametersTest, TextsArePlainAndBounded) {
  const auto read = [](Parameters& p) { (void)p.text("kind", 5); };
  EXPECT_EQ(refused_field({{"kind", "alarm"}}, read), "nothing");
  for (const std::string& wrong :
       {std::string("longer"), std::string("\xff"), std::string("a\nb"), std::string(1, '\0')}) {
    EXPECT_EQ(refused_field({{"kind", wrong}}, read), "kind");
  }
}

TEST(ParametersTest, WhatNobodyAskedForIsNamed) {
  EXPECT_EQ(refused_field({{"limits", "7"}}, [](Parameters& p) { (void)p.number("limit", 3, 1, 10); }), "limits");
}

TEST(CursorTest, RoundTripsAndRefusesWhatIsNone) {
  const flow::FindingCursor cursor{{(search::uint128{1} << 100U) + 7}, 42};
  const auto read = cursor_from(cursor_text(cursor));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->block_begin, cursor.block_begin);
  EXPECT_EQ(read->ordinal, cursor.ordinal);
  for (const char* wrong : {"", ".", "1", "1.", ".1", "1.-1", "-1.1", "1.1.1", "1.99999999999", "x.1", "1.x",
                            "340282366920938463463374607431768211456.0"}) {
    EXPECT_FALSE(cursor_from(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace robin::api
