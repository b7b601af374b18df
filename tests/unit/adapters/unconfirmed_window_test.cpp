#include "adapters/rabbitmq/unconfirmed_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace robin::adapters {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class UnconfirmedWindowTest : public testing::Test {
 protected:
  void add(const std::string& id, std::size_t bytes = 10) { window_.add({id, bytes, flow::Ticket{1}}); }
  static std::vector<std::string> ids(const std::vector<UnconfirmedWindow::Published>& published) {
    std::vector<std::string> all;
    for (const auto& one : published) {
      all.push_back(one.message_id + (one.is_returned ? " returned" : ""));
    }
    return all;
  }
  std::vector<std::string> settle(std::uint64_t number, bool all_up_to_it = false) {
    return ids(window_.settle(number, all_up_to_it));
  }

  UnconfirmedWindow window_{3, 100};
};

TEST_F(UnconfirmedWindowTest, IsBoundedInMessages) {
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_TRUE(window_.has_room(1));
    add(id);
  }
  EXPECT_FALSE(window_.has_room(1));
  settle(2);
  EXPECT_TRUE(window_.has_room(1));
}

TEST_F(UnconfirmedWindowTest, IsBoundedInBytes) {
  add("a", 60);
  EXPECT_TRUE(window_.has_room(40));
  EXPECT_FALSE(window_.has_room(41));
  add("b", 40);
  EXPECT_FALSE(window_.has_room(1));
  settle(1);
  EXPECT_TRUE(window_.has_room(60));
  EXPECT_FALSE(window_.has_room(61));
}

TEST_F(UnconfirmedWindowTest, OneThatIsEmptyHasRoomForAnyMessage) {
  EXPECT_TRUE(window_.has_room(1000));
  add("large", 1000);
  EXPECT_FALSE(window_.has_room(1));
  settle(1);
  EXPECT_TRUE(window_.has_room(1000));
}

TEST_F(UnconfirmedWindowTest, SettlesOneOrAllUpToIt) {
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    add(id);
  }
  EXPECT_THAT(settle(2), ElementsAre("b"));
  EXPECT_THAT(settle(2), IsEmpty()) << "once";
  EXPECT_THAT(settle(4, true), ElementsAre("a", "c", "d"));
  EXPECT_THAT(settle(9), IsEmpty()) << "what was never published";
  EXPECT_THAT(settle(9, true), ElementsAre("e"));
}

TEST_F(UnconfirmedWindowTest, AReturnMeansTheOldestCopy) {
  for (const char* id : {"other", "copy", "copy", "copy"}) {
    add(id);
  }
  window_.mark_returned("copy");
  window_.mark_returned("copy");
  window_.mark_returned("unknown");
  EXPECT_THAT(settle(4, true), ElementsAre("other", "copy returned", "copy returned", "copy"));
}

TEST_F(UnconfirmedWindowTest, ANewChannelCountsFromOne) {
  add("a", 50);
  add("b", 50);
  settle(1);
  EXPECT_THAT(ids(window_.begin_anew()), ElementsAre("b"));
  EXPECT_TRUE(window_.has_room(100));
  add("c", 100);
  EXPECT_THAT(settle(1), ElementsAre("c"));
  EXPECT_THAT(ids(window_.begin_anew()), IsEmpty());
}

}  // namespace
}  // namespace robin::adapters
