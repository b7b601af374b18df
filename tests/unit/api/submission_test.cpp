#include "api/submission.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::api {
namespace {

using testing::HasSubstr;

class SubmissionTest : public testing::Test {
 protected:
  /// The field that is wrong and why; empty: nothing is.
  [[nodiscard]] std::string objection(const SubmitOrder& order, Extent extent = Extent::Search,
                                      const Spelling& spelling = {}) const {
    try {
      static_cast<void>(search_spec(strategies_, order, extent, spelling));
      return "";
    } catch (const BadRequest& bad) {
      return bad.field() + ": " + bad.what();
    }
  }
  [[nodiscard]] static SubmitOrder order(const std::string& begin = "", const std::string& end = "1000") {
    SubmitOrder order;
    order.strategy = "exhaustive";
    order.begin = begin;
    order.end = end;
    return order;
  }

  search::Strategies strategies_;
};

TEST_F(SubmissionTest, WhatIsNotSaidHasItsDefault) {
  const auto spec = search_spec(strategies_, order());
  EXPECT_EQ(spec.range.begin, search::Position{2});
  EXPECT_EQ(spec.parameters.threshold.text(), "1.767");
  EXPECT_EQ(spec.parameters.mode, search::Mode::Complete);
  auto exact = order("", "5:0");
  exact.strategy = "superabundant";
  exact.mode = "exact";
  EXPECT_EQ(search_spec(strategies_, exact).parameters.threshold.text(), "1");
}

TEST_F(SubmissionTest, ThresholdsAreAboveZeroAndAtMostAHundred) {
  auto asked = order();
  for (const char* threshold : {"0", "0.0", "100.1", "1000"}) {
    asked.threshold = threshold;
    EXPECT_THAT(objection(asked), HasSubstr("threshold: must be above 0 and at most 100")) << threshold;
  }
  for (const char* threshold : {"0.001", "1.767", "100"}) {
    asked.threshold = threshold;
    EXPECT_EQ(objection(asked), "") << threshold;
  }
}

TEST_F(SubmissionTest, WordsThatAreNoneAreNamedWithThoseThatAre) {
  auto asked = order();
  asked.mode = "fast";
  EXPECT_EQ(objection(asked), "mode: 'fast' is none of complete, pruned, exact");
  asked.mode = "complete";
  asked.digest = "md5";
  EXPECT_EQ(objection(asked), "digest: 'md5' is none of exact, original");
  asked.strategy = "none";
  EXPECT_THAT(objection(asked), HasSubstr("strategy: 'none' is none of "));
}

TEST_F(SubmissionTest, RangesAreSpelledAsTheDoorSpellsThem) {
  EXPECT_EQ(objection(order("10", "5")), "end: must lie after begin (ranges are half-open: [begin, end))");
  EXPECT_EQ(objection(order("10", "10"), Extent::Search, {"--", "--from"}),
            "end: must lie after --begin (ranges are half-open: [begin, end))");
}

TEST_F(SubmissionTest, ACertificateBeginsWhereItCanButABlockOfItAnywhere) {
  auto asked = order("5000", "6000");
  asked.strategy = "colossally-abundant";
  EXPECT_EQ(objection(asked), "begin: a certificate begins at 2 (or continues one: origin)");
  EXPECT_EQ(objection(asked, Extent::Search, {"--", "--from"}),
            "begin: a certificate begins at 2 (or continues one: --from)");
  EXPECT_EQ(objection(asked, Extent::Block), "");
}

}  // namespace
}  // namespace robin::api
