// A link over a transport that the test plays, so that each message on the wire is seen.

#include "adapters/bundling_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "flow/wire/bundle.hpp"
#include "support/patience.hpp"

namespace robin::adapters {
namespace {

using namespace std::chrono_literals;
using flow::Exchange;
using flow::Message;
using flow::Tag;
using flow::Ticket;
using flow::Travel;
using testing::ElementsAre;
using testing::IsEmpty;

/// What went over the wire, in words.
class Wire {
 public:
  void add(std::string what) {
    const std::scoped_lock lock(mutex_);
    seen_.push_back(std::move(what));
  }
  /// Since the last call.
  std::vector<std::string> seen() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(seen_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> seen_;
};

class WatchedTransport final : public Transport {
 public:
  WatchedTransport(Wire& wire, flow::EventSink sink) : wire_(wire), sink_(std::move(sink)) {
    sink_({flow::Connected{}});
  }
  void publish(Exchange, Message message, Ticket ticket) override {
    wire_.add("publish " + message.id);
    // As the broker of a process does: before the call ends.
    sink_({flow::Confirmed{ticket, flow::Confirm::Accepted}});
  }
  void reply(const std::string& address, Message message) override { wire_.add(address + ": " + message.id); }
  void ack(Tag tag) override { wire_.add("ack " + std::to_string(tag.number)); }
  void nack(Tag tag) override { wire_.add("nack " + std::to_string(tag.number)); }
  void reject(Tag tag) override { wire_.add("reject " + std::to_string(tag.number)); }
  void cancel() override { wire_.add("cancel"); }

 private:
  Wire& wire_;
  flow::EventSink sink_;
};

class BundlingLinkTest : public testing::Test {
 protected:
  void open(core::Milliseconds linger, std::optional<flow::Queue> consume = flow::Queue::Results) {
    link_ = open_bundling_link(
        {consume, 1, true, linger},
        [this](flow::BrokerEvents events) {
          const std::scoped_lock lock(mutex_);
          std::move(events.begin(), events.end(), std::back_inserter(told_));
        },
        [this](flow::EventSink sink) {
          tell_ = sink;
          return std::make_unique<WatchedTransport>(wire_, std::move(sink));
        });
  }
  /// The saver says that it reads bundles.
  void open_to_bundles(core::Milliseconds linger = 1h) {
    open(linger);
    tell_({flow::Replied{{"r", R"({"bundles":true})", {}}}});
    told<flow::Replied>();
  }
  Ticket publish(const std::string& id, Travel travel, const std::string& reply_to = "here",
                 std::string body = R"({"v":1})") {
    return link_->publish(Exchange::Results, {id, std::move(body), reply_to}, travel);
  }
  /// Events of a kind since the last call.
  template <class Kind>
  std::vector<Kind> told() {
    const std::scoped_lock lock(mutex_);
    std::vector<Kind> found;
    for (const auto& event : std::exchange(told_, {})) {
      if (const auto* kind = std::get_if<Kind>(&event)) {
        found.push_back(*kind);
      }
    }
    return found;
  }
  /// A bundle of so many messages comes; the tags of those in it.
  std::vector<Tag> deliver(std::uint64_t number, std::size_t length, const std::string& reply_to = "there",
                           const std::string& body = R"({"v":1})") {
    const std::vector<Message> messages(length, {"m", body, reply_to});
    tell_({flow::Delivered{{1, number}, flow::bundle(messages), false}});
    std::vector<Tag> tags;
    for (const auto& delivered : told<flow::Delivered>()) {
      tags.push_back(delivered.tag);
    }
    return tags;
  }

  Wire wire_;
  std::mutex mutex_;
  flow::BrokerEvents told_;
  flow::EventSink tell_;
  std::unique_ptr<flow::Link> link_;
};

TEST_F(BundlingLinkTest, WhatMayWaitGoesWithWhatMayNotAndEachIsConfirmed) {
  open_to_bundles();
  const std::vector<Ticket> tickets = {publish("a", Travel::Waiting), publish("b", Travel::Waiting),
                                       publish("c", Travel::Shared)};
  EXPECT_THAT(wire_.seen(), ElementsAre("publish a+2"));
  std::vector<Ticket> confirmed;
  for (const auto& one : told<flow::Confirmed>()) {
    confirmed.push_back(one.ticket);
  }
  EXPECT_EQ(confirmed, tickets);
  publish("d", Travel::Shared);
  EXPECT_THAT(wire_.seen(), ElementsAre("publish d"));
}

TEST_F(BundlingLinkTest, ABundleThatIsFullGoesAtOnce) {
  open_to_bundles();
  for (std::size_t i = 0; i < flow::bundle_length_max; ++i) {
    EXPECT_THAT(wire_.seen(), IsEmpty());
    publish("m", Travel::Waiting);
  }
  EXPECT_THAT(wire_.seen(), ElementsAre("publish m+63"));
  const std::string large = "\"" + std::string(40'000, 'x') + "\"";
  publish("a", Travel::Waiting, "here", large);
  EXPECT_THAT(wire_.seen(), IsEmpty());
  publish("b", Travel::Waiting, "here", large);
  EXPECT_THAT(wire_.seen(), ElementsAre("publish a+1"));
}

TEST_F(BundlingLinkTest, WhatIsLargeOrIsToGoAloneTakesNobodyAlong) {
  open_to_bundles();
  publish("waits", Travel::Waiting);
  publish("alone", Travel::Alone);
  publish("large", Travel::Waiting, "here", std::string(70'000, 'x'));
  EXPECT_THAT(wire_.seen(), ElementsAre("publish alone", "publish large"));
  link_->cancel();
  EXPECT_THAT(wire_.seen(), ElementsAre("publish waits", "cancel"));
}

TEST_F(BundlingLinkTest, MessagesWithOneReplyAddressTravelTogether) {
  open_to_bundles();
  publish("a", Travel::Waiting, "old");
  publish("b", Travel::Waiting, "old");
  publish("c", Travel::Waiting, "new");
  EXPECT_THAT(wire_.seen(), ElementsAre("publish a+1"));
}

TEST_F(BundlingLinkTest, OnlyWhoSaysThatHeReadsBundlesGetsThem) {
  open(1h);
  publish("a", Travel::Waiting);
  tell_({flow::Replied{{"r", R"({"bundles":true})", {}}}});
  publish("b", Travel::Waiting);
  tell_({flow::Replied{{"r", "{}", {}}}});
  publish("c", Travel::Waiting);
  EXPECT_THAT(wire_.seen(), ElementsAre("publish a", "publish c"));
}

TEST_F(BundlingLinkTest, NothingWaitsLongerThanTheLinger) {
  open_to_bundles(1ms);
  for (const char* id : {"a", "b"}) {
    publish(id, Travel::Waiting);
    std::vector<std::string> seen;
    EXPECT_TRUE(testing_support::wait_until([&] { return !(seen = wire_.seen()).empty(); }));
    EXPECT_THAT(seen, ElementsAre("publish " + std::string(id)));
  }
  open_to_bundles(0ms);
  publish("c", Travel::Waiting);
  EXPECT_THAT(wire_.seen(), ElementsAre("publish c"));
}

TEST_F(BundlingLinkTest, ABundleIsAnsweredOnceByTheWorstThatBecameOfItsMessages) {
  open(0ms);
  const auto acked = deliver(1, 3);
  ASSERT_EQ(acked.size(), 3U);
  link_->ack(acked[2]);
  link_->ack(acked[0]);
  EXPECT_THAT(wire_.seen(), IsEmpty());
  link_->ack(acked[1]);
  EXPECT_THAT(wire_.seen(), ElementsAre("ack 1"));
  const auto rejected = deliver(2, 3);
  link_->reject(rejected[0]);
  link_->nack(rejected[1]);
  link_->ack(rejected[2]);
  const auto handed_back = deliver(3, 2);
  link_->nack(handed_back[0]);
  link_->ack(handed_back[1]);
  EXPECT_THAT(wire_.seen(), ElementsAre("reject 2", "nack 3"));
}

TEST_F(BundlingLinkTest, RepliesToWhoSentABundleTravelTogetherOnceItIsAnswered) {
  open(0ms);
  const auto tags = deliver(1, 2);
  link_->reply("there", {"1", "{}", {}});
  link_->reply("elsewhere", {"2", "{}", {}});
  link_->reply("there", {"3", "{}", {}});
  link_->ack(tags[0]);
  EXPECT_THAT(wire_.seen(), ElementsAre("elsewhere: 2"));
  link_->ack(tags[1]);
  EXPECT_THAT(wire_.seen(), ElementsAre("there: 1+1", "ack 1")) << "first the replies, then the ack";
  link_->reply("there", {"4", "{}", {}});
  EXPECT_THAT(wire_.seen(), ElementsAre("there: 4")) << "it waits for nothing";
}

TEST_F(BundlingLinkTest, RepliesToManyBundlesOfOneSenderAreAsFewAsCanBe) {
  open(0ms);
  std::vector<Tag> tags;
  for (std::uint64_t number = 1; number <= 10; ++number) {
    const auto more = deliver(number, 10);
    tags.insert(tags.end(), more.begin(), more.end());
  }
  for (std::size_t i = 0; i < tags.size(); ++i) {
    link_->reply("there", {std::to_string(i), "{}", {}});
  }
  EXPECT_THAT(wire_.seen(), ElementsAre("there: 0+63"));
  for (const Tag tag : tags) {
    link_->ack(tag);
  }
  const auto seen = wire_.seen();
  EXPECT_EQ(std::count_if(seen.begin(), seen.end(), [](const auto& what) { return what.find("there") == 0; }), 1);
  EXPECT_EQ(seen.size(), 11U);
}

TEST_F(BundlingLinkTest, WithItsConnectionABundleIsVoidAndSoAreItsReplies) {
  open(0ms);
  const auto tags = deliver(1, 2);
  link_->reply("there", {"1", "{}", {}});
  link_->ack(tags[0]);
  tell_({flow::Disconnected{"gone", flow::Side::Publishing}});
  tell_({flow::Disconnected{"gone", flow::Side::Consuming}});
  link_->ack(tags[1]);
  EXPECT_THAT(wire_.seen(), IsEmpty());
  link_->reply("there", {"2", "{}", {}});
  EXPECT_THAT(wire_.seen(), ElementsAre("there: 2"));
}

TEST_F(BundlingLinkTest, WhatIsNoBundleComesAsItIs) {
  open(0ms);
  const std::string broken = R"({"v":1,"type":"bundle","list":[]})";
  tell_({flow::Delivered{{1, 1}, {"m", broken, {}}, false}});
  const auto as_it_is = told<flow::Delivered>();
  ASSERT_EQ(as_it_is.size(), 1U);
  EXPECT_EQ(as_it_is.front().message.body, broken);
  link_->reject(as_it_is.front().tag);
  EXPECT_THAT(wire_.seen(), ElementsAre("reject 1"));
}

TEST_F(BundlingLinkTest, ABundleOfBlocksComesApartAlsoWhereItIsDead) {
  for (const auto queue : {flow::Queue::Blocks, flow::Queue::Dead}) {
    open(0ms, queue);
    const auto tags = deliver(1, 2, "", R"({"v":1,"type":"block"})");
    ASSERT_EQ(tags.size(), 2U);
    link_->ack(tags[0]);
    EXPECT_THAT(wire_.seen(), IsEmpty());
    link_->ack(tags[1]);
    EXPECT_THAT(wire_.seen(), ElementsAre("ack 1")) << "nobody waits for a reply";
  }
}

TEST_F(BundlingLinkTest, ADeadBundleOfReportsComesAsItIs) {
  open(0ms, flow::Queue::Dead);
  EXPECT_EQ(deliver(1, 2).size(), 1U);
}

TEST_F(BundlingLinkTest, BlocksTravelTogetherThoughNobodyHasAnswered) {
  open(1h, std::nullopt);
  const auto publish_block = [this](const std::string& id, Travel travel) {
    link_->publish(Exchange::Ingress, {id, R"({"v":1,"type":"block"})", {}}, travel);
  };
  publish_block("a", Travel::Waiting);
  publish_block("tried before", Travel::Alone);
  publish_block("b", Travel::Shared);
  EXPECT_THAT(wire_.seen(), ElementsAre("publish tried before", "publish a+1"));
}

TEST_F(BundlingLinkTest, ABundleOfRepliesComesApart) {
  open(0ms);
  const std::vector<Message> replies = {{"1", R"({"a":1})", {}}, {"2", R"({"b":2})", {}}};
  tell_({flow::Replied{flow::bundle(replies)}});
  const auto told_of = told<flow::Replied>();
  ASSERT_EQ(told_of.size(), 2U);
  EXPECT_EQ(told_of[0].message.body, replies[0].body);
  EXPECT_EQ(told_of[1].message.body, replies[1].body);
}

}  // namespace
}  // namespace robin::adapters
