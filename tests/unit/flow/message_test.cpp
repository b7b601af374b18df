#include "flow/message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/parsed.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

using nlohmann::json;
using testing_support::parameters;
using testing_support::required;

class MessageTest : public testing::Test {
 protected:
  Work work_{{{12}, purpose_search, 1}, {3}, {2}, "exhaustive", parameters(), {{2}, {5041}}};

  WorkResult computed() {
    return {search::examine(*strategies_.find("exhaustive"), work_.block, work_.parameters, {}), 0.5};
  }
  Report report(decltype(Report::content) content) {
    return {work_.key, work_.attempt, "w1", work_.block, std::move(content)};
  }
  Message encoded(decltype(Report::content) content) {
    auto messages = encode(report(std::move(content)), work_, strategies_, "robin.reply.x");
    EXPECT_EQ(messages.size(), 1U);
    return messages.front();
  }
  std::string refusal(const json& object) { return math::refusal_reason(decode_report(object.dump(), strategies_)); }

  search::Strategies strategies_;
};

TEST_F(MessageTest, WorkRoundTrips) {
  EXPECT_EQ(required(decode_work(encode(work_, strategies_).body, strategies_)), work_);
  const Work deep{{{1}, "check:2", 7},
                  {1},
                  {1},
                  "superabundant",
                  parameters("1.77", search::DigestKind::Original),
                  testing_support::block(*strategies_.find("superabundant"), "400:6727090051741041925", "401:5"),
                  {"host/1", "host/2"}};
  EXPECT_EQ(required(decode_work(encode(deep, strategies_).body, strategies_)), deep);
}

TEST_F(MessageTest, ARefinementTravelsWithItsOriginAndOnlyToWhoCanRefine) {
  Work work = work_;
  work.key.purpose = "refine:1";
  EXPECT_NE(math::refusal_reason(decode_work(encode(work, strategies_).body, strategies_)).find("refines no blocks"),
            std::string::npos);
  work.strategy = "colossally-abundant";
  work.block = {{1U << 20U}, {(1U << 20U) + 4096}};
  work.origin = {
      {"position", "1048576"}, {"blocks", "1"}, {"steps", "82025"}, {"primes", "82025 40"}, {"sums", "1 2 3 4"}};
  EXPECT_EQ(required(decode_work(encode(work, strategies_).body, strategies_)), work);
  work.origin["position"] = "2";
  EXPECT_NE(math::refusal_reason(decode_work(encode(work, strategies_).body, strategies_)), "");
}

TEST_F(MessageTest, OrdersAreCheckedAtTheDoor) {
  const auto object = json::parse(encode(work_, strategies_).body);
  const auto refused = [&](const char* field, const json& value) {
    json changed = object;
    changed[field] = value;
    return math::refusal_reason(decode_work(changed.dump(), strategies_)).find(field) != std::string::npos;
  };
  for (const char* purpose :
       {"", "check", "check:", "check:0", "check:01", "check:-1", "check:1x", "refine", "other:1"}) {
    EXPECT_TRUE(refused("purpose", purpose)) << purpose;
  }
  EXPECT_TRUE(refused("avoid", "a worker"));
  EXPECT_TRUE(refused("avoid", json::array({1})));
  EXPECT_TRUE(refused("avoid", json::array({std::string(201, 'x')})));
  EXPECT_TRUE(refused("origin", json::array()));
  EXPECT_TRUE(refused("origin", {{"position", 2}}));
}

TEST_F(MessageTest, ACopyOfAMessageHasTheSameId) {
  EXPECT_EQ(encode(work_, strategies_).id, encode(work_, strategies_).id);
  Work again = work_;
  again.attempt = {3};
  EXPECT_NE(encode(work_, strategies_).id, encode(again, strategies_).id);
}

TEST_F(MessageTest, ReportsRoundTrip) {
  const WorkResult result = computed();
  const Report decoded = required(decode_report(encoded(result).body, strategies_));
  EXPECT_EQ(decoded.key, work_.key);
  EXPECT_EQ(decoded.attempt, work_.attempt);
  EXPECT_EQ(decoded.worker, "w1");
  EXPECT_EQ(decoded.block, work_.block);
  EXPECT_EQ(std::get<WorkResult>(decoded.content), result);
  EXPECT_TRUE(std::holds_alternative<Started>(required(decode_report(encoded(Started{}).body, strategies_)).content));
  EXPECT_TRUE(std::holds_alternative<Query>(required(decode_report(encoded(Query{}).body, strategies_)).content));
  const auto failed = required(decode_report(encoded(Failed{"strategy_error", "at \"x\"\n\xff"}).body, strategies_));
  EXPECT_EQ(std::get<Failed>(failed.content).message, "at \"x\" \xef\xbf\xbd") << "one line";
}

TEST_F(MessageTest, PartialsRoundTripAndAreCheckedAtTheDoor) {
  WorkResult prefix = computed();
  prefix.result = search::examine(*strategies_.find("exhaustive"), {{2}, {100}}, work_.parameters, {});
  const auto there = required(decode_report(encoded(Partial{{100}, prefix}).body, strategies_));
  EXPECT_EQ(there.block, work_.block);
  EXPECT_EQ(std::get<Partial>(there.content).cut, search::Position{100});
  EXPECT_EQ(std::get<Partial>(there.content).prefix, prefix);
  const auto nothing = required(decode_report(encoded(Partial{{2}, std::nullopt}).body, strategies_));
  EXPECT_FALSE(std::get<Partial>(nothing.content).prefix);
  json partial = json::parse(encoded(Partial{{100}, prefix}).body);
  for (const char* cut : {"1", "5041", "6000"}) {
    partial["cut"] = cut;
    EXPECT_NE(refusal(partial).find("cut"), std::string::npos) << cut;
  }
  partial["cut"] = "99";
  EXPECT_NE(refusal(partial).find("digest"), std::string::npos) << "it was computed over another range";
  partial.erase("cut");
  EXPECT_NE(refusal(partial).find("cut"), std::string::npos);
}

TEST_F(MessageTest, ATextWithNulIsRefusedSinceNoDatabaseCanKeepIt) {
  auto object = nlohmann::json::parse(encoded(Failed{"strategy_error", "it broke"}).body);
  object["message"] = std::string("a\0b", 3);
  const auto decoded = decode_report(object.dump(), strategies_);
  EXPECT_NE(math::refusal_reason(decoded).find("message"), std::string::npos);
}

TEST_F(MessageTest, RepliesRoundTrip) {
  for (const char* word : {"saved", "part", "go", "unknown", "refused"}) {
    const Reply reply{work_.key, work_.attempt, word, 4};
    EXPECT_EQ(required(decode_reply(encode(reply).body)), reply);
  }
}

TEST_F(MessageTest, BundlesRoundTripInTheirOrder) {
  const std::vector<Message> messages = {encoded(computed()), encoded(Failed{"strategy_error", "at \"x\", [1]}"})};
  const Message whole = bundle(messages);
  EXPECT_NE(whole.id, messages[0].id);
  EXPECT_EQ(whole.reply_to, messages[0].reply_to);
  const auto reports = required(decode_reports(whole.body, strategies_));
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(std::get<WorkResult>(reports[0].content), computed());
  EXPECT_EQ(std::get<Failed>(reports[1].content).message, "at \"x\", [1]}");
  const std::vector<Reply> replies = {{work_.key, work_.attempt, "saved", 0}, {work_.key, {9}, "go", 0, false}};
  const std::vector<Message> encoded_replies = {encode(replies[0]), encode(replies[1])};
  EXPECT_EQ(required(decode_replies(bundle(encoded_replies).body)), replies);
}

TEST_F(MessageTest, OneMessageIsNoBundle) {
  const Message one = encoded(computed());
  EXPECT_EQ(bundle(std::span(&one, 1)).body, one.body);
  EXPECT_EQ(required(decode_reports(one.body, strategies_)).size(), 1U);
}

TEST_F(MessageTest, ABundleIsCheckedAtTheDoor) {
  const json good = json::parse(encoded(Query{}).body);
  const auto reason = [this](const json& list) {
    const json whole = {{"v", 1}, {"type", "bundle"}, {"list", list}};
    return math::refusal_reason(decode_reports(whole.dump(), strategies_));
  };
  EXPECT_EQ(reason(json::array({good, good})), "");
  json bad = good;
  bad["attempt"] = 0;
  EXPECT_NE(reason(json::array({good, bad})).find("message 1 of the bundle: field attempt"), std::string::npos);
  const json nested = {{"v", 1}, {"type", "bundle"}, {"list", json::array({good})}};
  for (const json& list : {json::array(), json(), json("x"), json::array({1}), json::array({nested}),
                           json(std::vector<json>(bundle_length_max + 1, good))}) {
    EXPECT_NE(reason(list), "") << list.dump().substr(0, 80);
  }
  EXPECT_NE(math::refusal_reason(decode_replies(R"({"v":1,"type":"bundle"})")).find("list"), std::string::npos);
}

TEST_F(MessageTest, AReplyWithoutAWordOnBundlesIsOfASaverThatReadsNone) {
  json object = json::parse(encode(Reply{work_.key, work_.attempt, "saved", 0}).body);
  object.erase("bundles");
  EXPECT_FALSE(required(decode_reply(object.dump())).reads_bundles);
  object["bundles"] = 1;
  EXPECT_EQ(math::accepted(decode_reply(object.dump())), nullptr);
}

TEST_F(MessageTest, ALargeResultTravelsInPartsThatSpellItOut) {
  WorkResult result = computed();
  // Few witnesses, and of so many digits that they do not fit into one message.
  const std::string zeros(1'000, '0');
  for (int i = 0; i < 3'000; ++i) {
    result.result.findings.witnesses.push_back({"2..47*53^" + std::to_string(i + 2) + zeros, "1.8", "1.9"});
  }
  result.result.digest = search::exact_digest(*strategies_.find("exhaustive"), work_.block, result.result.findings);
  const auto messages = encode(report(result), work_, strategies_, {});
  ASSERT_GT(messages.size(), 2U);
  std::string whole;
  for (const auto& message : messages) {
    ASSERT_LT(message.body.size(), message_bytes_max);
    const auto part = std::get<Part>(required(decode_report(message.body, strategies_)).content);
    EXPECT_EQ(part.parts, messages.size());
    whole += part.text;
  }
  EXPECT_EQ(std::get<WorkResult>(required(decode_report(whole, strategies_)).content), result);
}

TEST_F(MessageTest, AResultWhoseDigestDoesNotFitIsRefused) {
  json object = json::parse(encoded(computed()).body);
  object["violations"].erase(0);
  EXPECT_EQ(refusal(object), "field digest: does not belong to this result");
}

TEST_F(MessageTest, EachMissingOrMistypedFieldIsNamed) {
  for (const bool is_work : {true, false}) {
    const json good = json::parse(is_work ? encode(work_, strategies_).body : encoded(computed()).body);
    const auto reason = [&](const json& object) {
      return is_work ? math::refusal_reason(decode_work(object.dump(), strategies_)) : refusal(object);
    };
    ASSERT_EQ(reason(good), "");
    for (const auto& [field, value] : good.items()) {
      json without = good;
      without.erase(field);
      EXPECT_NE(reason(without).find("field " + field), std::string::npos) << reason(without);
      for (const json& wrong : {json(json::array({1})), json(-1), json(1.5e308), json(true)}) {
        json mistyped = good;
        mistyped[field] = wrong;
        if (field == "elapsed_seconds" && wrong.is_number_float()) {
          continue;
        }
        EXPECT_NE(reason(mistyped), "") << field << " = " << wrong;
      }
    }
  }
}

TEST_F(MessageTest, WhatIsNoMessageIsRefused) {
  const std::string good = encode(work_, strategies_).body;
  for (const std::string& body :
       {std::string(), std::string("not JSON"), std::string("[]"), std::string("null"), std::string("{}"),
        good.substr(0, good.size() / 2), std::string(R"({"v":2})"), std::string(R"({"v":1})"),
        std::string("\xff\xfe{}"), std::string(10'000, '['),
        std::string(R"({"v":1,"type":"block","block":18446744073709551616})"), std::string(R"({"v":NaN})")}) {
    EXPECT_EQ(math::accepted(decode_work(body, strategies_)), nullptr) << body.substr(0, 60);
    EXPECT_EQ(math::accepted(decode_report(body, strategies_)), nullptr) << body.substr(0, 60);
    EXPECT_EQ(math::accepted(decode_reply(body)), nullptr) << body.substr(0, 60);
  }
}

TEST_F(MessageTest, AnAbsurdRangeIsRefusedBeforeAnythingIsComputed) {
  json object = json::parse(encode(work_, strategies_).body);
  object["end"] = "2";
  EXPECT_EQ(math::refusal_reason(decode_work(object.dump(), strategies_)), "field end: must lie after begin");
  object["end"] = "9223372036854775808";
  EXPECT_NE(math::refusal_reason(decode_work(object.dump(), strategies_)).find("at most"), std::string::npos);
  object["end"] = "9223372036854775809";
  EXPECT_NE(math::refusal_reason(decode_work(object.dump(), strategies_)).find("field end"), std::string::npos);
}

TEST_F(MessageTest, MutatedMessagesNeverDoMoreThanBeRefused) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const std::string good = encoded(computed()).body;
  for (std::uint64_t i = 0; i < testing_support::rounds(2000); ++i) {
    std::string body = good;
    for (std::uint64_t change = random.between(1, 4); change > 0; --change) {
      body[random.between(0, body.size() - 1)] = static_cast<char>(random.between(0, 255));
    }
    static_cast<void>(decode_work(body, strategies_));
    static_cast<void>(decode_report(body, strategies_));
    static_cast<void>(decode_reply(body));
  }
}

}  // namespace
}  // namespace robin::flow
