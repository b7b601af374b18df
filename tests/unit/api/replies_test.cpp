// Every reply of the API over a ledger of fixed data is, byte for byte, the one that replies.txt holds, and fits the
// schema that the description gives it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "api/api.hpp"
#include "api/openapi.hpp"
#include "api/routes.hpp"
#include "flow/loops/audit.hpp"
#include "runtime/version.hpp"
#include "support/json_schema.hpp"
#include "unit/api/fake_cluster.hpp"

namespace robin::api {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::JsonSchema;

struct FakeQueues final : flow::QueueWatch {
  flow::QueueActivity look(flow::Queue queue, core::Deadline /*deadline*/) override {
    return queue == flow::Queue::Blocks    ? flow::QueueActivity{{3, 2, true}, 2, 1.5, std::nullopt}
           : queue == flow::Queue::Results ? flow::QueueActivity{{0, 1, true}, 1, 0.25, 4.0}
                                           : flow::QueueActivity{};
  }
};

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(ROBIN_SOURCE_DIR) + "/" + file);
  EXPECT_TRUE(in.good()) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What comes before the first `end`, which is taken away with it.
std::string taken(std::string& text, char end) {
  const std::size_t length = std::min(text.find(end), text.size());
  std::string before = text.substr(0, length);
  text.erase(0, length + 1);
  return before;
}

/// "> POST drain?x=1 {}"
Request request_of(std::string line) {
  taken(line, ' ');
  Request request;
  request.method = taken(line, ' ');
  std::string target = taken(line, ' ');
  request.body = line;
  request.path = "/api/v1/" + taken(target, '?');
  while (!target.empty()) {
    std::string pair = taken(target, '&');
    const std::string name = taken(pair, '=');
    request.query[name] = pair;
  }
  request.who = "somebody";
  return request;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

/// Those of what is built change.
std::string without_versions(std::string text) {
  replace_all(text, '"' + runtime::revision() + '"', "\"REVISION\"");
  replace_all(text, '"' + runtime::version() + '"', "\"VERSION\"");
  return text;
}

/// /api/v1/searches/7/pace -> /searches/{id}/pace
std::string template_of(const std::string& path) {
  return std::regex_replace(path.substr(path_prefix.size()), std::regex("/[0-9]+"), "/{id}");
}

class RepliesTest : public testing::Test {
 protected:
  [[nodiscard]] Response reply(const std::string& line) { return api_.handle(request_of(line)); }

  search::Strategies strategies_;
  FakeCluster cluster_{strategies_};
  FakeQueues queues_;
  Api api_{cluster_,
           strategies_,
           {&queues_, {{"grafana", "http://g/"}}, {{"version", "1.2"}, {"revision", "x"}, {"gmp", "6"}}}};
  const json description_ = json::parse(openapi_text());
  const JsonSchema schemas_{description_};
};

TEST_F(RepliesTest, AreThoseThatWereFrozenAndFitTheirSchemas) {
  std::istringstream frozen(text_of("tests/unit/api/replies.txt"));
  std::set<std::string> answered;
  std::string line;
  std::string expected;
  while (std::getline(frozen, line) && std::getline(frozen, expected)) {
    const auto response = reply(line);
    EXPECT_EQ(std::to_string(response.status) + " " + without_versions(response.body.dump()), expected) << line;
    const auto request = request_of(line);
    const std::string method = request.method == "POST" ? "post" : "get";
    const auto* schema =
        response.is_good() ? schemas_.answer_of(template_of(request.path), method) : &schemas_.problem();
    ASSERT_NE(schema, nullptr) << line;
    EXPECT_THAT(schemas_.objections(*schema, json::parse(response.body.dump())), IsEmpty()) << line;
    if (response.is_good()) {
      answered.insert(method + " " + template_of(request.path));
    }
  }
  for (const Route& route : routes()) {
    EXPECT_TRUE(answered.contains((route.is_order ? "post " : "get ") + std::string(route.path)))
        << route.path << " is not among the frozen replies";
  }
}

TEST_F(RepliesTest, OtherStatesFitTheirSchemasToo) {
  cluster_.control_state = flow::ControlState::Draining;
  cluster_.alarms = {std::string(flow::counterexample_alarm) + " n = 5041"};
  cluster_.services.clear();
  for (const char* line : {"> GET overview", "> GET status", "> GET drain"}) {
    const auto path = template_of(request_of(line).path);
    EXPECT_THAT(schemas_.objections(*schemas_.answer_of(path, "get"), json::parse(reply(line).body.dump())), IsEmpty());
  }
  EXPECT_EQ(reply("> GET overview").body["verdict"]["level"], "violation");
  Api blind(cluster_, strategies_, {});
  EXPECT_EQ(blind.handle(request_of("> GET drain")).body["state"], "UNKNOWN");
}

TEST_F(RepliesTest, ASearchThatWasEndedWaitsForNoProducer) {
  cluster_.services = {{"robin-saver", 1}};
  const auto producer_is_missed = [this] {
    const auto problems = reply("> GET overview").body["problems"];
    return std::any_of(problems.begin(), problems.end(), [](const auto& one) { return one["where"] == "producer"; });
  };
  EXPECT_TRUE(producer_is_missed());
  cluster_.all_ended = true;
  EXPECT_FALSE(producer_is_missed()) << "though not all of it is planned";
  EXPECT_EQ(reply("> GET searches/2").body["state"], "cancelled");
}

TEST_F(RepliesTest, ACounterexampleIsShownAsLongAsTheAcceptedResultHasIt) {
  const search::Witness number{"2^4*3^2*5*11", "1.9", "1.91"};
  cluster_.alarms = {flow::counterexample_alarm_of(number) + " ratio in [1.9, 1.91]"};
  cluster_.alarmed_block = {1};
  cluster_.violations = {{number, {1}, {1}, {2}, 0, ""}};
  EXPECT_EQ(reply("> GET overview").body["verdict"]["level"], "violation");
  EXPECT_EQ(reply("> GET status").body["alarms"].size(), 1);
  EXPECT_EQ(reply("> GET searches/1/certificate").body["holds"], false);
  // The same number of another block is another result's.
  cluster_.violations.front().block = {2};
  for (const bool is_listed : {true, false}) {
    EXPECT_NE(reply("> GET overview").body["verdict"]["level"], "violation") << is_listed;
    EXPECT_EQ(reply("> GET overview").body.dump().find("COUNTEREXAMPLE"), std::string::npos) << is_listed;
    EXPECT_EQ(reply("> GET status").body["alarms"].size(), 0) << is_listed;
    EXPECT_EQ(reply("> GET searches/1/certificate").body["holds"], true) << is_listed;
    cluster_.violations.clear();
  }
}

TEST_F(RepliesTest, AWitnessIsShownWithTheRatioThatItHas) {
  const auto shown = reply("> GET records").body["items"].size();
  ASSERT_GT(shown, 0);
  cluster_.boast = "1.7811";
  EXPECT_EQ(reply("> GET records").body["items"].size(), shown - 1);
  EXPECT_EQ(reply("> GET records").body.dump().find("1.7811"), std::string::npos);
  EXPECT_EQ(reply("> GET searches/2/witnesses?kind=witness").body["items"].size(), shown - 1);
}

TEST_F(RepliesTest, AClaimThatRangNoAlarmIsNoVerdict) {
  cluster_.alarms.clear();
  cluster_.violations = {{{"2^4*3^2*5*11", "1.9", "1.91"}, {1}, {1}, {2}, 0, ""}};
  EXPECT_NE(reply("> GET overview").body["verdict"]["level"], "violation");
  EXPECT_EQ(reply("> GET searches/1/certificate").body["holds"], true);
}

TEST_F(RepliesTest, ASchemaObjectsToAnUndescribedAMissingAndAWrongKey) {
  const auto& schema = *schemas_.answer_of("/blocks/{id}", "get");
  const json good = json::parse(reply("> GET blocks/3").body.dump());
  ASSERT_THAT(schemas_.objections(schema, good), IsEmpty());
  json more = good;
  more["failures"][0]["colour"] = "red";
  EXPECT_THAT(schemas_.objections(schema, more),
              ElementsAre(HasSubstr("failures[0] has a key that is not described: colour")));
  json less = good;
  less.erase("queued_at");
  EXPECT_THAT(schemas_.objections(schema, less), ElementsAre(HasSubstr("lacks queued_at")));
  json other = good;
  other["attempts"] = "6";
  EXPECT_THAT(schemas_.objections(schema, other), ElementsAre(HasSubstr("attempts is not of type [\"integer\"]")));
  other["attempts"] = 6;
  other["state"] = "LOST";
  EXPECT_THAT(schemas_.objections(schema, other), ElementsAre(HasSubstr("state is none of")));
  other["state"] = nullptr;
  EXPECT_THAT(schemas_.objections(schema, other), ElementsAre(HasSubstr("state is not of type")));
}

TEST_F(RepliesTest, NothingEntersDuringADrainAndOnlyThen) {
  const std::string order = R"(> POST searches {"strategy":"exhaustive","end":"1000"})";
  cluster_.control_state = flow::ControlState::Draining;
  const auto refused = reply(order);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.retry_after, 30);
  EXPECT_THAT(cluster_.ordered, IsEmpty());
  EXPECT_EQ(reply(R"(> POST searches {"strategy":"exhaustive","end":"x"})").status, 400) << "what is wrong comes first";
  cluster_.control_state = flow::ControlState::Writable;
  EXPECT_EQ(reply(order).status, 202);
  EXPECT_THAT(cluster_.ordered, ElementsAre("add exhaustive"));
}

TEST_F(RepliesTest, OrdersSayWhoGaveThem) {
  EXPECT_EQ(reply(R"(> POST drain {"order":"start","reason":"new disks"})").status, 202);
  EXPECT_EQ(reply(R"(> POST blocks/retry {"ids":[3]})").status, 202);
  EXPECT_EQ(reply(R"(> POST searches/2/pause {"reason":"first the other one"})").status, 202);
  EXPECT_EQ(reply(R"(> POST searches/2/resume)").status, 202);
  EXPECT_EQ(reply(R"(> POST searches/2/share {"share":3})").status, 202);
  EXPECT_EQ(reply(R"(> POST searches/2/cancel {"reason":"wrong threshold"})").status, 202);
  EXPECT_THAT(cluster_.ordered,
              ElementsAre("drain by somebody: new disks", "retry by somebody",
                          "search 2 PAUSED by somebody: first the other one", "search 2 ACTIVE by somebody: ",
                          "search 2 share 3 by somebody: ", "search 2 CANCELLED by somebody: wrong threshold"));
}

TEST_F(RepliesTest, ANewSearchBeginsAsItIsOrdered) {
  EXPECT_EQ(reply(R"(> POST searches {"strategy":"exhaustive","end":"1000","paused":true,"share":3})").status, 202);
  EXPECT_THAT(cluster_.ordered, ElementsAre("PAUSED with share 3", "add exhaustive"));
}

TEST_F(RepliesTest, AreReadBackAsTheyWereWrittenAndNothingIsDroppedSilently) {
  const auto overview = reply("> GET overview").body;
  EXPECT_EQ(json_of(value_from<Overview>(overview, "it")), overview);
  const auto results = reply("> GET searches/1/results?limit=2").body;
  EXPECT_EQ(json_of(value_from<Page<Result, Wide>>(results, "it")), results);
  const auto detail = reply("> GET searches/1").body;
  EXPECT_EQ(json_of(value_from<SearchDetail>(detail, "it")), detail);
  const auto objection = [](Json search) -> std::string {
    try {
      static_cast<void>(value_from<SearchDetail>(search, "it"));
      return "";
    } catch (const Unreadable& error) {
      return error.what();
    }
  };
  auto other = detail;
  other["of_a_newer_version"] = 1;
  EXPECT_EQ(objection(other), "");
  other.erase("origin");
  EXPECT_EQ(objection(other), "it.origin is missing");
  for (const auto& [key, value, why] :
       {std::tuple{"state", Json("lost"), "it.state is none of running, finished, failed, paused, cancelled"},
        {"id", Json("1"), "it.id is not a whole number that is kept exactly"},
        {"candidates", Json("1e3"), "it.candidates is not a whole number, beyond 2^53 as a string"},
        {"share", Json(), "it.share is not a number"},
        {"eta_seconds", Json("soon"), "it.eta_seconds is not a number"},
        {"origin", Json::array(), "it.origin is not an object of strings"}}) {
    other = detail;
    other[key] = value;
    EXPECT_EQ(objection(other), why);
  }
}

TEST(Description, CopiesAreUpToDate) {
  EXPECT_EQ(text_of("services/gateway/openapi.json"), openapi_text()) << "ninja robin_api_description writes it";
  EXPECT_EQ(text_of("services/gateway/page/src/types.ts"), typescript_text())
      << "ninja robin_api_description writes it";
}

}  // namespace
}  // namespace robin::api
