#include "flow/wire/message.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "flow/ports/bounds.hpp"
#include "flow/rules/ledger_rules.hpp"
#include "flow/wire/bundle.hpp"
#include "flow/wire/search_digest.hpp"
#include "search/sha256.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

using nlohmann::json;
using testing_support::parameters;
using testing_support::required;

class MessageTest : public testing::Test {
 protected:
  Work work_{{{12}, Purpose(), 1}, {3}, {2}, "exhaustive", parameters(), {{2}, {5041}}};

  WorkResult computed() {
    return {search::examine(*strategies_.find("exhaustive"), work_.block, work_.parameters, {}), 0.5};
  }
  Report report(decltype(Report::content) content) {
    return {work_.key, work_.attempt, "w1", work_.block, std::move(content), work_.provenance};
  }
  Message encoded(decltype(Report::content) content) {
    auto messages = encode(report(std::move(content)), work_, strategies_, "robin.reply.x");
    EXPECT_EQ(messages.size(), 1U);
    return messages.front();
  }
  std::string refusal(const json& object) { return core::refusal_reason(decode_report(object.dump(), strategies_)); }

  search::Strategies strategies_;
};

TEST_F(MessageTest, WorkRoundTrips) {
  EXPECT_EQ(required(decode_work(encode(work_, strategies_).body, strategies_)), work_);
  const Work deep{{{1}, Purpose::check(2), 7},
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
  work.key.purpose = Purpose::refine(1);
  EXPECT_NE(core::refusal_reason(decode_work(encode(work, strategies_).body, strategies_)).find("refines no blocks"),
            std::string::npos);
  work.strategy = "colossally-abundant";
  work.block = {{1U << 20U}, {(1U << 20U) + 4096}};
  work.origin = {
      {"position", "1048576"}, {"blocks", "1"}, {"steps", "82025"}, {"primes", "82025 40"}, {"sums", "1 2 3 4"}};
  EXPECT_EQ(required(decode_work(encode(work, strategies_).body, strategies_)), work);
  work.origin["position"] = "2";
  EXPECT_NE(core::refusal_reason(decode_work(encode(work, strategies_).body, strategies_)), "");
}

TEST_F(MessageTest, OrdersAreCheckedAtTheDoor) {
  const auto object = json::parse(encode(work_, strategies_).body);
  const auto refused = [&](const char* field, const json& value) {
    json changed = object;
    changed[field] = value;
    return core::refusal_reason(decode_work(changed.dump(), strategies_)).find(field) != std::string::npos;
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

TEST_F(MessageTest, WhereAMessageComesFromTravelsWithIt) {
  work_.provenance = {"0123456789abcdef0123456789abcdef", "0123456789abcdef"};
  EXPECT_EQ(required(decode_work(encode(work_, strategies_).body, strategies_)), work_);
  EXPECT_EQ(required(decode_report(encoded(computed()).body, strategies_)).provenance, work_.provenance);
  EXPECT_EQ(required(decode_report(encoded(Query{}).body, strategies_)).provenance, work_.provenance);
  const Reply reply{work_.key, {1}, ReplyWord::Refused, 0, true, work_.provenance};
  EXPECT_EQ(required(decode_reply(encode(reply).body)), reply);
}

TEST_F(MessageTest, AMessageOfTheVersionBeforeNamesNothingAndAPartOfItIsNoEmptyName) {
  work_.provenance = {"a ledger", "a search"};
  json work = json::parse(encode(work_, strategies_).body);
  json report = json::parse(encoded(computed()).body);
  json reply = json::parse(encode(Reply{work_.key, {1}, ReplyWord::Saved, 0, true, work_.provenance}).body);
  for (const char* field : {"ledger", "search_digest"}) {
    json wrong = report;
    wrong[field] = 7;
    EXPECT_NE(refusal(wrong).find(field), std::string::npos);
    wrong[field] = std::string(201, 'x');
    EXPECT_NE(refusal(wrong).find(field), std::string::npos);
    for (json* message : {&work, &report, &reply}) {
      EXPECT_EQ(message->erase(field), 1U);
    }
  }
  EXPECT_EQ(required(decode_work(work.dump(), strategies_)).provenance, Provenance());
  EXPECT_EQ(required(decode_report(report.dump(), strategies_)).provenance, Provenance());
  EXPECT_EQ(required(decode_reply(reply.dump())).provenance, Provenance());
  work_.provenance = {};
  EXPECT_EQ(json::parse(encode(work_, strategies_).body), work) << "and who knows of none says nothing";
}

/// What a service of the version before reads must stay there, whatever is added.
TEST_F(MessageTest, WhatTheVersionBeforeReadsIsWhatAMessageHasWithoutWhatWasAdded) {
  const json before = json::parse(encode(work_, strategies_).body);
  work_.provenance = {"a ledger", "a search"};
  json now = json::parse(encode(work_, strategies_).body);
  EXPECT_EQ(now.erase("ledger") + now.erase("search_digest"), 2U);
  EXPECT_EQ(now, before);
}

/// WIRE.md says how it is made; savers and producers of two versions work side by side.
TEST(SearchDigest, IsTheSameForAll) {
  const AskedOfSearch asked{"exhaustive", "2", "pruned", "1.767", "exact", "{}"};
  EXPECT_EQ(search_digest(asked),
            search::Sha256::hex_of(R"(["exhaustive","2","pruned","1.767","exact","{}"])").substr(0, 16));
  std::set<std::string> digests = {search_digest(asked)};
  for (std::string AskedOfSearch::*field :
       {&AskedOfSearch::strategy, &AskedOfSearch::begin, &AskedOfSearch::mode, &AskedOfSearch::threshold,
        &AskedOfSearch::digest_kind, &AskedOfSearch::origin}) {
    AskedOfSearch other = asked;
    other.*field += "0";
    EXPECT_TRUE(digests.insert(search_digest(other)).second);
  }
  EXPECT_EQ(search_digest({"a", "2\xff", "", "", "", ""}).size(), 16U) << "of a ledger that was changed";
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
  EXPECT_NE(core::refusal_reason(decoded).find("message"), std::string::npos);
}

TEST_F(MessageTest, NoTextOfAReportTellsATerminalWhatToDo) {
  // ESC [, the same as one character of C1, a return, and DEL.
  const std::vector<std::string> hostile = {"a\x1b[2J",
                                            "a\xc2\x9b"
                                            "2J",
                                            "a\rb", "a\x7f", "a\nb"};
  const auto failed = json::parse(encoded(Failed{"strategy_error", "it broke"}).body);
  auto result = json::parse(encoded(computed()).body);
  for (const auto& text : hostile) {
    for (const char* field : {"worker", "error_class", "message"}) {
      auto object = failed;
      object[field] = text;
      EXPECT_NE(refusal(object).find(field), std::string::npos) << json(text);
    }
    // The digest that is to be refused with it is the right one.
    for (const auto& extras : {json{{"key", text}}, json{{text, "value"}}}) {
      auto object = result;
      object["digest_kind"] = "original";
      object["extras"] = extras;
      EXPECT_NE(refusal(object).find("extras"), std::string::npos) << json(text);
    }
    auto work = json::parse(encode(work_, strategies_).body);
    work["avoid"] = {text};
    EXPECT_NE(core::refusal_reason(decode_work(work.dump(), strategies_)).find("avoid"), std::string::npos);
  }
  auto honest = failed;
  honest["message"] = "d\xc3\xa9j\xc3\xa0 vu: \xe2\x82\xac";
  EXPECT_EQ(refusal(honest), "");
}

TEST_F(MessageTest, WhatAReportHoldsIsBounded) {
  // The digest that is to be refused with it is the right one.
  auto good = json::parse(encoded(computed()).body);
  good["digest_kind"] = "original";
  ASSERT_EQ(refusal(good), "");
  const auto with = [&good](const char* field, const json& value) {
    json changed = good;
    changed[field] = value;
    return changed;
  };
  const auto expect_bound = [&](const char* field, const json& fits, const json& too_much) {
    EXPECT_EQ(refusal(with(field, fits)), "");
    EXPECT_NE(refusal(with(field, too_much)).find(field), std::string::npos) << field;
  };
  const auto extras = [](std::size_t count, std::size_t bytes) {
    json object = json::object();
    for (std::size_t i = 0; i < count; ++i) {
      object["key" + std::to_string(i)] = std::string(bytes, 'x');
    }
    return object;
  };
  expect_bound("worker", "w", "");
  expect_bound("worker", std::string(bounds::name_bytes, 'w'), std::string(bounds::name_bytes + 1, 'w'));
  // 5039 positions.
  expect_bound("candidates", 5039 * 64 + 63, 5040 * 64);
  expect_bound("candidates", 0, "340282366920938463463374607431768211455");
  expect_bound("elapsed_seconds", bounds::seconds, 1.01 * bounds::seconds);
  expect_bound("extras", extras(bounds::extras, 10), extras(bounds::extras + 1, 10));
  expect_bound("extras", extras(1, bounds::extras_bytes - 4), extras(1, bounds::extras_bytes - 3));
  expect_bound("extras", extras(64, 4000), extras(64, 4100));
  const json claim = json::array({"2^3*3", "1", "2"});
  for (const char* field : {"violations", "undecided"}) {
    expect_bound(field, std::vector<json>(bounds::claims, claim), std::vector<json>(bounds::claims + 1, claim));
  }
  auto work = json::parse(encode(work_, strategies_).body);
  work["avoid"] = std::vector<std::string>(bounds::avoided_workers + 1, "w");
  EXPECT_NE(core::refusal_reason(decode_work(work.dump(), strategies_)).find("avoid"), std::string::npos);
}

TEST_F(MessageTest, WhatTakesLongToReadIsRefusedUnread) {
  auto good = json::parse(encoded(computed()).body);
  good["digest_kind"] = "original";
  const auto refused = [&](const char* field, const std::vector<std::string>& texts) {
    json changed = good;
    changed[field] = json::array();
    for (const auto& text : texts) {
      changed[field].push_back(json::array({text, "1", "2"}));
    }
    if (std::string(field) == "best") {
      changed[field] = changed[field][0];
    }
    return !refusal(changed).empty();
  };
  const auto product = [](std::size_t factors, const std::string& factor) {
    std::string text = factor;
    for (std::size_t i = 1; i < factors; ++i) {
      text += "*" + factor;
    }
    return text;
  };
  for (const char* field : {"violations", "witnesses", "undecided", "best"}) {
    // One that is long to read may be a discovery; many, or what no strategy writes, are none.
    EXPECT_FALSE(refused(field, {"2^20*3..179424673"})) << field;
    EXPECT_TRUE(refused(field, {"2..1000000000000"})) << field;
    EXPECT_TRUE(refused(field, {"2..3*999999999000000000..999999999000000007"})) << field;
    EXPECT_FALSE(refused(field, {std::string(bounds::prime_digits, '9')})) << field;
    EXPECT_TRUE(refused(field, {std::string(bounds::prime_digits + 1, '9')})) << field;
    EXPECT_FALSE(refused(field, {product(bounds::factors, "2^3")})) << field;
    EXPECT_TRUE(refused(field, {product(bounds::factors + 1, "2^3")})) << field;
    EXPECT_TRUE(refused(field, {"2^" + std::string(bounds::factorization_bytes, '1')})) << field;
    for (const char* text : {"", "2*", "*2", "2..", "..3", "3..2", "2^", "2^3^4", "2..3..5", "2.3", "2**3"}) {
      EXPECT_TRUE(refused(field, {text})) << field << " " << text;
    }
  }
  EXPECT_FALSE(refused("violations", std::vector<std::string>(5, "2..179424673")));
  EXPECT_TRUE(refused("violations", std::vector<std::string>(6, "2..179424673")));
  // Of those that are read at once there may be many.
  EXPECT_FALSE(refused("witnesses", std::vector<std::string>(2000, "2^3*3..1000003")));
}

TEST_F(MessageTest, WhatAStrategyThrowsIsMadeFitToBeSent) {
  const auto sent = required(decode_report(encoded(Failed{"a\x1b"
                                                          "b",
                                                          "c\xc2\x9b"
                                                          "d\xff\n"})
                                               .body,
                                           strategies_));
  EXPECT_EQ(std::get<Failed>(sent.content).error_class, "a b");
  EXPECT_EQ(std::get<Failed>(sent.content).message, "c d\xef\xbf\xbd ");
}

TEST_F(MessageTest, RepliesRoundTrip) {
  const std::map<ReplyWord, std::string> words = {{ReplyWord::Saved, "saved"},
                                                  {ReplyWord::Part, "part"},
                                                  {ReplyWord::Go, "go"},
                                                  {ReplyWord::Unknown, "unknown"},
                                                  {ReplyWord::Refused, "refused"}};
  for (const auto& [word, text] : words) {
    const Reply reply{work_.key, work_.attempt, word, 4};
    EXPECT_EQ(json::parse(encode(reply).body)["type"], text);
    EXPECT_EQ(required(decode_reply(encode(reply).body)), reply);
  }
}

TEST_F(MessageTest, BundlesRoundTripInTheirOrder) {
  const std::vector<Message> messages = {encoded(computed()), encoded(Failed{"strategy_error", "at \"x\", [1]}\\"})};
  const Message whole = bundle(messages);
  EXPECT_NE(whole.id, messages[0].id);
  EXPECT_EQ(whole.reply_to, messages[0].reply_to);
  const auto apart = unbundle(whole);
  ASSERT_TRUE(apart);
  ASSERT_EQ(apart->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ((*apart)[i].body, messages[i].body);
    EXPECT_EQ((*apart)[i].reply_to, messages[i].reply_to);
  }
  const auto first = required(decode_report((*apart)[0].body, strategies_));
  EXPECT_EQ(std::get<WorkResult>(first.content), computed());
  const auto second = required(decode_report((*apart)[1].body, strategies_));
  EXPECT_EQ(std::get<Failed>(second.content).message, "at \"x\", [1]}\\");
}

TEST_F(MessageTest, OneMessageIsNoBundle) {
  const Message one = encoded(computed());
  EXPECT_EQ(bundle(std::span(&one, 1)).body, one.body);
  EXPECT_FALSE(unbundle(one));
}

TEST_F(MessageTest, ABundleIsReadHoweverItIsWritten) {
  const json good = json::parse(encoded(Query{}).body);
  json whole = {{"v", 1}, {"type", "bundle"}, {"list", json::array({good, good})}, {"later", {{"list", {1, "]}"}}}}};
  for (const int indent : {-1, 2}) {
    const auto apart = unbundle({"id", whole.dump(indent), "there"});
    ASSERT_TRUE(apart);
    ASSERT_EQ(apart->size(), 2U);
    EXPECT_EQ(json::parse(apart->back().body), good);
  }
}

TEST_F(MessageTest, ABundleIsCheckedAtTheDoor) {
  const json good = json::parse(encoded(Query{}).body);
  const auto bundled = [](const json& list) { return json{{"v", 1}, {"type", "bundle"}, {"list", list}}; };
  // What is no bundle, or no good one, is refused whole.
  const auto refused = [this](const std::string& body) {
    return !unbundle({{}, body, {}}) && core::accepted(decode_report(body, strategies_)) == nullptr &&
           core::accepted(decode_reply(body)) == nullptr;
  };
  EXPECT_FALSE(refused(bundled(json::array({good, good})).dump()));
  for (const json& list : {json::array(), json(), json("x"), json::array({1}), json::array({good, json::array({good})}),
                           json(std::vector<json>(bundle_length_max + 1, good))}) {
    EXPECT_TRUE(refused(bundled(list).dump())) << list.dump().substr(0, 80);
  }
  json later = bundled(json::array({good}));
  later["v"] = 2;
  EXPECT_TRUE(refused(later.dump()));
  EXPECT_TRUE(refused(R"({"v":1,"type":"bundle"})"));
  const std::string whole = bundled(json::array({good})).dump();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_TRUE(refused(whole.substr(0, length))) << length;
  }
  EXPECT_TRUE(refused(whole + "x"));
  // One in which a message is wrong: that one is refused, with its place in its name.
  json bad = good;
  bad["attempt"] = 0;
  const auto apart = unbundle({"id", bundled(json::array({good, bad, bundled(json::array({good}))})).dump(), {}});
  ASSERT_TRUE(apart);
  EXPECT_NE(core::accepted(decode_report((*apart)[0].body, strategies_)), nullptr);
  EXPECT_EQ((*apart)[1].id, "id/1");
  EXPECT_NE(core::refusal_reason(decode_report((*apart)[1].body, strategies_)).find("field attempt"),
            std::string::npos);
  EXPECT_TRUE(core::accepted(decode_report((*apart)[2].body, strategies_)) == nullptr) << "bundles hold none";
}

TEST_F(MessageTest, AReplyWithoutAWordOnBundlesIsOfASaverThatReadsNone) {
  json object = json::parse(encode(Reply{work_.key, work_.attempt, ReplyWord::Saved, 0}).body);
  EXPECT_TRUE(says_it_reads_bundles(object.dump(2)));
  object.erase("bundles");
  EXPECT_FALSE(required(decode_reply(object.dump())).reads_bundles);
  EXPECT_FALSE(says_it_reads_bundles(object.dump()));
  object["bundles"] = 1;
  EXPECT_FALSE(says_it_reads_bundles(object.dump()));
  EXPECT_EQ(core::accepted(decode_reply(object.dump())), nullptr);
}

TEST_F(MessageTest, ALargeResultTravelsInPartsThatSpellItOut) {
  WorkResult result = computed();
  // Few witnesses, and of so many digits that they do not fit into one message.
  const std::string ones(1'000, '1');
  for (int i = 0; i < 3'000; ++i) {
    result.result.findings.witnesses.push_back({"2..47*53^" + std::to_string(i + 2) + ones, "1.8", "1.9"});
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

/// A report as a whole set of parts.
struct InParts {
  Report first;
  std::string whole;
};

class PartsTest : public MessageTest {
 protected:
  /// All positions up to there are witnesses.
  WorkResult with_witnesses(std::uint64_t end) {
    work_.parameters = parameters("0");
    return {search::examine(*strategies_.find("exhaustive"), {{2}, {end}}, work_.parameters, {}), 0.5};
  }
  InParts in_parts(decltype(Report::content) content) {
    InParts parts;
    for (const auto& message : encode(report(std::move(content)), work_, strategies_, {})) {
      Report one = required(decode_report(message.body, strategies_));
      parts.whole += std::get<Part>(one.content).text;
      if (std::get<Part>(one.content).part == 0) {
        parts.first = std::move(one);
      }
    }
    return parts;
  }
};

TEST_F(PartsTest, OfResultsAndPrefixesArePutTogether) {
  const WorkResult prefix = with_witnesses(4000);
  const InParts partial = in_parts(Partial{{4000}, prefix});
  const auto there = assemble(partial.first, partial.whole, strategies_, bounds::of_a_fleet);
  ASSERT_TRUE(there);
  EXPECT_EQ(there->block, work_.block);
  EXPECT_EQ(std::get<Partial>(there->content).cut, search::Position{4000});
  EXPECT_EQ(std::get<Partial>(there->content).prefix, prefix);
  const WorkResult all = with_witnesses(5041);
  const InParts result = in_parts(all);
  EXPECT_EQ(std::get<WorkResult>(assemble(result.first, result.whole, strategies_, bounds::of_a_fleet)->content), all);
}

TEST_F(PartsTest, WhatTheyHoldIsBounded) {
  const WorkResult all = with_witnesses(5041);
  const InParts result = in_parts(all);
  const std::size_t witnesses = all.result.findings.witnesses.size();
  EXPECT_TRUE(assemble(result.first, result.whole, strategies_, {witnesses}));
  EXPECT_FALSE(assemble(result.first, result.whole, strategies_, {witnesses - 1}));
}

TEST_F(PartsTest, NothingElseTravelsInThem) {
  const Report part = in_parts(with_witnesses(5041)).first;
  for (const decltype(Report::content)& content :
       {decltype(Report::content)(Query{}), decltype(Report::content)(Partial{{2}, std::nullopt}),
        decltype(Report::content)(Failed{"a", "b"})}) {
    const std::string whole = encoded(content).body;
    Report of_this = part;
    std::get<Part>(of_this.content).digest_of_whole = search::Sha256::hex_of(whole);
    EXPECT_FALSE(assemble(of_this, whole, strategies_, bounds::of_a_fleet)) << whole;
  }
}

TEST_F(MessageTest, AResultWhoseDigestDoesNotFitIsRefused) {
  json object = json::parse(encoded(computed()).body);
  object["violations"].erase(0);
  EXPECT_EQ(refusal(object), "field digest: does not belong to this result");
}

TEST_F(MessageTest, EachMissingOrMistypedFieldIsNamed) {
  for (const bool is_work : {true, false}) {
    json good = json::parse(is_work ? encode(work_, strategies_).body : encoded(computed()).body);
    // A worker of the version before does not say it.
    good.erase("bundles");
    const auto reason = [&](const json& object) {
      return is_work ? core::refusal_reason(decode_work(object.dump(), strategies_)) : refusal(object);
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

TEST_F(MessageTest, AWorkerThatDoesNotSayThatItReadsBundlesDoesNot) {
  json object = json::parse(encoded(computed()).body);
  EXPECT_TRUE(required(decode_report(object.dump(), strategies_)).reads_bundles);
  object["bundles"] = 1;
  EXPECT_EQ(refusal(object), "field bundles: must be true or false");
  object.erase("bundles");
  EXPECT_FALSE(required(decode_report(object.dump(), strategies_)).reads_bundles);
}

TEST_F(MessageTest, WhatIsNoMessageIsRefused) {
  const std::string good = encode(work_, strategies_).body;
  for (const std::string& body :
       {std::string(), std::string("not JSON"), std::string("[]"), std::string("null"), std::string("{}"),
        good.substr(0, good.size() / 2), std::string(R"({"v":2})"), std::string(R"({"v":1})"),
        std::string("\xff\xfe{}"), std::string(10'000, '['),
        std::string(R"({"v":1,"type":"block","block":18446744073709551616})"), std::string(R"({"v":NaN})")}) {
    EXPECT_EQ(core::accepted(decode_work(body, strategies_)), nullptr) << body.substr(0, 60);
    EXPECT_EQ(core::accepted(decode_report(body, strategies_)), nullptr) << body.substr(0, 60);
    EXPECT_EQ(core::accepted(decode_reply(body)), nullptr) << body.substr(0, 60);
  }
}

TEST_F(MessageTest, AnAbsurdRangeIsRefusedBeforeAnythingIsComputed) {
  json object = json::parse(encode(work_, strategies_).body);
  object["end"] = "2";
  EXPECT_EQ(core::refusal_reason(decode_work(object.dump(), strategies_)), "field end: must lie after begin");
  object["end"] = "9223372036854775808";
  EXPECT_NE(core::refusal_reason(decode_work(object.dump(), strategies_)).find("at most"), std::string::npos);
  object["end"] = "9223372036854775809";
  EXPECT_NE(core::refusal_reason(decode_work(object.dump(), strategies_)).find("field end"), std::string::npos);
}

TEST_F(MessageTest, MutatedMessagesNeverDoMoreThanBeRefused) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const std::vector<Message> both = {encoded(computed()), encoded(Query{})};
  for (std::uint64_t i = 0; i < testing_support::rounds(2000); ++i) {
    std::string body = i % 2 == 0 ? both.front().body : bundle(both).body;
    for (std::uint64_t change = random.between(1, 4); change > 0; --change) {
      body[random.between(0, body.size() - 1)] = static_cast<char>(random.between(0, 255));
    }
    static_cast<void>(decode_work(body, strategies_));
    static_cast<void>(decode_report(body, strategies_));
    static_cast<void>(decode_reply(body));
    static_cast<void>(unbundle({{}, body, {}}));
    static_cast<void>(says_it_reads_bundles(body));
  }
}

}  // namespace
}  // namespace robin::flow
