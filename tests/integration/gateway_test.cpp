// The gateway as a process on the real servers: what it tells, what it takes, and what it refuses.

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <list>
#include <regex>
#include <set>
#include <sstream>

#include "integration/cluster_fixture.hpp"
#include "support/documents.hpp"
#include "support/http_get.hpp"
#include "support/json_schema.hpp"
#include "support/process_memory.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/tour.hpp"

namespace robin {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::http_request;
using testing_support::HttpAnswer;
using testing_support::RawClient;

class Gateway : public Cluster {
 protected:
  explicit Gateway(const std::string& cache_ms = "0", const std::string& sample_seconds = "1",
                   const std::string& patience_seconds = "3", const std::string& connections = "512") {
    const auto gateway = start_gateway({"--cache-ms", cache_ms, "--writes-per-second", "1000", "--reads-per-second",
                                        "10000", "--sample-seconds", sample_seconds, "--patience-seconds",
                                        patience_seconds, "--connections", connections});
    process_ = &gateway.process;
    port_ = gateway.port;
    base_ = gateway.url;
    EXPECT_TRUE(wait_until([&] { return get("/api/v1/status").status == 200; })) << process_->standard_error();
  }

  [[nodiscard]] HttpAnswer get(const std::string& path) const { return http_request("GET", base_ + path); }
  [[nodiscard]] json read(const std::string& path) const {
    const auto answer = get("/api/v1/" + path);
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    return json::parse(answer.body);
  }
  [[nodiscard]] HttpAnswer order(const std::string& path, const json& body,
                                 const std::string& token = "the-token") const {
    std::vector<std::string> headers = {"Content-Type: application/json"};
    if (!token.empty()) {
      headers.push_back("Authorization: Bearer " + token);
    }
    return http_request("POST", base_ + "/api/v1/" + path, headers,
                        body.is_string() ? body.get<std::string>() : body.dump());
  }

  /// Everything that can be read, of search and block `id`: each reply has the keys and types that its schema says, and
  /// no others. Answers how many there were.
  [[nodiscard]] std::size_t replies_that_fit(std::int64_t id) const {
    const auto description = json::parse(get("/api/v1/openapi.json").body);
    const testing_support::JsonSchema schemas(description);
    std::size_t good = 0;
    for (const auto& [path, operations] : description["paths"].items()) {
      std::string real = path.substr(1);
      if (const auto at = real.find("{id}"); at != std::string::npos) {
        real.replace(at, 4, std::to_string(id));
      }
      if (operations.contains("get")) {
        const auto answer = get("/api/v1/" + real);
        const auto& schema = answer.status == 200 ? *schemas.answer_of(path, "get") : schemas.problem();
        EXPECT_THAT(schemas.objections(schema, json::parse(answer.body)), testing::IsEmpty()) << real;
        good += answer.status == 200 ? 1 : 0;
      }
    }
    return good;
  }

  /// Types the tour of a cluster of services/cli/README.md, directly or by way of the gateway.
  void tour_prints_what_the_readme_shows();
  /// 50 clients at once, each of which asks so often.
  void answers_fifty_clients(int times);

  std::string base_;
  std::uint16_t port_ = 0;
  Process* process_ = nullptr;
};

TEST_F(Gateway, SubmitsASearchAndShowsItToItsEnd) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start_auditor();
  const auto submitted = order("searches", {{"strategy", "colossally-abundant"}, {"end", "5000000"}});
  ASSERT_EQ(submitted.status, 202) << submitted.body;
  const auto id = json::parse(submitted.body)["search"].get<std::int64_t>();
  const std::string path = "searches/" + std::to_string(id);
  ASSERT_TRUE(wait_until([&] {
    const auto search = read(path);
    return search["state"] == "finished" && search["audited"] == "5000000";
  }));
  const auto search = read(path);
  EXPECT_EQ(search["share"], 1.0);
  EXPECT_EQ(search["objection"], nullptr);
  const auto certificate = read(path + "/certificate");
  EXPECT_EQ(certificate["holds"], true);
  EXPECT_EQ(certificate["largest_position"], "5000000");
  EXPECT_EQ(certificate["prime_count"], 348'513);
  EXPECT_THAT(certificate["sentence"].get<std::string>(), HasSubstr("log10 log10 N = 6.3"));
  const auto overview = read("overview");
  EXPECT_EQ(overview["verdict"]["sentence"], certificate["sentence"]);
  const auto connected = overview["services"].dump();
  for (const char* service : {"producer", "saver", "auditor", "gateway"}) {
    EXPECT_THAT(connected, HasSubstr("robin-" + std::string(service)));
  }
  EXPECT_THAT(overview["problems"].dump(), HasSubstr("no janitor runs"));
  EXPECT_EQ(overview["verdict"]["level"], "warning");
  const auto again = order("searches", {{"strategy", "colossally-abundant"}, {"end", "5000000"}});
  EXPECT_EQ(json::parse(again.body)["what"], "known");
  const auto margin = read(path + "/margin")["items"];
  ASSERT_GT(margin.size(), 3U);
  EXPECT_LT(margin.back()["log_margin"].get<double>(), margin.front()["log_margin"].get<double>());
  EXPECT_EQ(margin.back()["x"], "5000000");
  EXPECT_FALSE(read(path + "/pace")["items"].empty());
  EXPECT_GT(read(path + "/durations")["count"].get<int>(), 3);
  const auto workers = read("workers")["items"];
  ASSERT_EQ(workers.size(), 1U);
  EXPECT_LT(workers[0]["heard_age_seconds"].get<double>(), 60);
  // The command line shows the same.
  const auto status = robin({"status", "-o", "json"});
  EXPECT_EQ(json::parse(status.output)["searches"][0]["frontier"], search["frontier"]);
  ASSERT_TRUE(wait_until([&] { return !read("queues/history")["items"].empty(); })) << "depths are kept";
  EXPECT_GE(replies_that_fit(id), 20U) << "a certificate among them";
}

TEST_F(Gateway, WhatALargeAnswerNeededIsNotKept) {
  adapters::PostgresConnection(database_.options())
      .query(
          "INSERT INTO searches (strategy, begin_at, end_at, planned_end, mode, threshold, digest_kind)"
          " SELECT 'exhaustive', 2, 1000, 2, 'pruned', '1.' || i, 'exact' FROM generate_series(1000, 3999) AS i");
  const auto memory = [this] { return testing_support::resident_memory_kib(process_->id()) / 1024; };
  const auto before = memory();
  std::size_t bytes = 0;
  // By many of its threads: each of them has memory of its own.
  for (int i = 0; i < 24; ++i) {
    bytes = get("/api/v1/status").body.size();
  }
  EXPECT_GT(bytes, 1'000'000U);
  // Given back once a second, after an answer.
  EXPECT_TRUE(wait_until([&] { return get("/api/v1/version").status == 200 && memory() < before + 60; }))
      << before << " MiB before, " << memory() << " now";
}

TEST_F(Gateway, FindingsAreRankedAndPagedInOrder) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  const auto id = submit({"3000", "exact", "exhaustive", "1.5"});
  ASSERT_TRUE(wait_until([&] { return store_->monitor_ledger().progress(id).frontier == search::Position{3000}; }));
  const auto records = read("records?top=3")["items"];
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0]["n"], "3");
  EXPECT_EQ(records[0]["known_exception"], true);
  const std::string path = "searches/" + std::to_string(id.value) + "/witnesses";
  std::vector<std::string> paged;
  std::string after;
  do {
    const auto page = read(path + "?limit=7" + (after.empty() ? "" : "&after=" + after));
    for (const auto& one : page["items"]) {
      paged.push_back(one["factorization"]);
    }
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!after.empty());
  std::vector<std::string> expected;
  for (const auto& witness : store_->reader().findings(id, flow::Finding::Witness, 1000)) {
    expected.push_back(witness.factorization);
  }
  EXPECT_GT(expected.size(), 20U);
  EXPECT_EQ(paged, expected);
  EXPECT_EQ(read(path + "?kind=violation")["items"].size(), 26U) << "of the 27 known exceptions those below 3000";
}

TEST_F(Gateway, TheCommandLineShowsTheSameDirectlyAndByWayOfIt) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  const auto id = submit({"300000", "exact", "exhaustive", "1.6"});
  ASSERT_TRUE(wait_until([&] { return store_->monitor_ledger().progress(id).frontier == search::Position{300'000}; }));
  ASSERT_TRUE(wait_until([&] { return is_empty(flow::Queue::Blocks) && is_empty(flow::Queue::Results); }));
  const std::vector<std::vector<std::string>> commands = {
      {"blocks", "list"},
      {"blocks", "list", "-o", "json"},
      {"blocks", "list", "-o", "csv", "--state", "finished"},
      {"blocks", "list", "--limit", "1"},
      {"blocks", "show", "1"},
      {"blocks", "show", "1", "-o", "json"},
      {"records", "--top", "5"},
      {"records", "--top", "5", "-o", "json", "--kind", "violation"},
      {"records", "-o", "csv"},
      {"events", "-o", "json"},
      {"export", "witnesses", "--search", "1"},
      {"export", "witnesses", "--search", "1", "--format", "json", "--kind", "violation"},
      {"export", "blocks"},
      {"export", "records", "--format", "json"},
  };
  for (auto command : commands) {
    const auto direct = robin(command);
    command.insert(command.end(), {"--server", base_});
    const auto by_way = robin(command);
    EXPECT_EQ(direct.status, 0) << direct.error;
    EXPECT_EQ(by_way.status, 0) << by_way.error;
    EXPECT_FALSE(direct.output.empty());
    EXPECT_EQ(by_way.output, direct.output) << testing::PrintToString(command);
  }
  // What changes while one looks.
  for (const char* what : {"status", "workers", "queues"}) {
    const auto direct = json::parse(robin({what, "-o", "json"}).output);
    const auto by_way = json::parse(robin({what, "-o", "json", "--server", base_}).output);
    EXPECT_EQ(by_way.size(), direct.size()) << what;
    EXPECT_THAT(robin({what, "--server", base_}).output, testing::Not(testing::IsEmpty()));
  }
  EXPECT_EQ(json::parse(robin({"export", "witnesses", "--search", "1", "--format", "json"}).output).size(),
            store_->reader().count_findings(id, flow::Finding::Witness));
  // Orders need the token here, too.
  const auto refused = robin({"drain", "start", "--server", base_});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.error, HasSubstr("ROBIN_ADMIN_TOKEN"));
  environment_["ROBIN_ADMIN_TOKEN"] = "the-token";
  environment_["ROBIN_SERVER"] = base_;
  EXPECT_EQ(json::parse(robin({"drain", "start", "--reason", "by the gateway", "-o", "json"}).output)["state"],
            "DRAINING");
  const std::vector<std::string> submit = {"submit", "--strategy", "exhaustive", "--begin", "2", "--end", "9e5"};
  const auto turned_away = robin(submit);
  EXPECT_EQ(turned_away.status, 3) << "nothing enters now";
  EXPECT_THAT(turned_away.error, HasSubstr("being drained"));
  environment_.erase("ROBIN_SERVER");
  const auto directly = robin(submit);
  EXPECT_EQ(directly.status, 3) << "nor by the other way";
  EXPECT_EQ(directly.error, turned_away.error);
  EXPECT_EQ(store_->reader().searches().size(), 1U);
  environment_["ROBIN_SERVER"] = base_;
  EXPECT_EQ(json::parse(robin({"drain", "stop", "-o", "json"}).output)["state"], "WRITABLE");
  EXPECT_THAT(
      robin({"submit", "--strategy", "exhaustive", "--begin", "2", "--end", "300000", "--threshold", "1.6"}).output,
      HasSubstr("search 1 known"));
  environment_["ROBIN_SERVER"] = "http://127.0.0.1:1";
  const auto nobody = robin({"status"});
  EXPECT_EQ(nobody.status, 3);
  EXPECT_THAT(nobody.error, HasSubstr("127.0.0.1:1"));
  environment_.clear();
}

void Gateway::tour_prints_what_the_readme_shows() {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start("janitor", {"--period-ms", "200"});
  start_auditor();
  const auto tour =
      testing_support::tour_of(std::string(ROBIN_SOURCE_DIR) + "/services/cli/README.md", "### A tour of a cluster");
  for (const auto& [arguments, shown] : tour) {
    const auto result = robin(arguments);
    EXPECT_EQ(result.status, 0) << arguments.front() << ": " << result.error;
    EXPECT_TRUE(testing_support::has_shape(result.output, shown))
        << "robin " << arguments.front() << " prints:\n"
        << result.output << "of the shape\n"
        << testing_support::shape_of(result.output) << "and services/cli/README.md shows one of the shape\n"
        << testing_support::shape_of(shown);
  }
}

TEST_F(Gateway, TheTourOfTheReadmePrintsWhatItShows) { tour_prints_what_the_readme_shows(); }

bool needs_a_fleet(const testing_support::Fence& fence) {
  return fence.how.starts_with("sh cluster") || fence.how == "sh gateway";
}

/// A document with fences that need a fleet (tests/support/documents.hpp).
class DocumentOfAFleet : public Gateway, public testing::WithParamInterface<std::string> {};

TEST_P(DocumentOfAFleet, WhatItTellsToTypeIsRun) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start("janitor", {"--period-ms", "200"});
  start_auditor();
  const testing_support::TemporaryFolder folder;
  std::ofstream(folder.file("token")) << "the-token\n";
  std::filesystem::create_symlink(std::string(ROBIN_SOURCE_DIR) + "/ops", folder.file("ops"));
  for (const auto& fence : testing_support::fences_of(GetParam())) {
    if (!needs_a_fleet(fence)) {
      continue;
    }
    ProcessOptions options;
    options.working_directory = folder.path();
    options.patience = patience();
    if (fence.how != "sh gateway") {
      options.environment = testing_support::addresses_of("operator", rabbitmq_, database_);
    }
    if (fence.how == "sh cluster owner") {
      options.environment["ROBIN_DATABASE_URL"] = database_.options().url;
    }
    const auto text = std::regex_replace(fence.text, std::regex("127\\.0\\.0\\.1:8080"), base_.substr(7));
    const auto done = testing_support::run_in_shell(text, std::string(ROBIN_BIN) + "/robin", options);
    EXPECT_EQ(done.status, 0) << fence.place << "\n" << done.output << done.error;
  }
  // A consumer with a block in hand would wait for a saver that is stopped as well.
  EXPECT_TRUE(wait_until([this] {
    const auto searches = store_->reader().searches();
    return std::all_of(searches.begin(), searches.end(), [this](const flow::SearchRecord& search) {
      const auto counts = store_->reader().counts(search.id);
      const bool is_cancelled = search.control.state == flow::RunState::Cancelled;
      return (is_cancelled || search.planned_end == search.spec.range.end) && counts.pending + counts.in_flight() == 0;
    });
  }));
}

std::vector<std::string> documents_of_a_fleet() {
  auto all = testing_support::documents(ROBIN_SOURCE_DIR);
  std::erase_if(all, [](const std::string& document) {
    const auto fences = testing_support::fences_of(document);
    return std::none_of(fences.begin(), fences.end(), needs_a_fleet);
  });
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, DocumentOfAFleet, testing::ValuesIn(documents_of_a_fleet()), [](const auto& document) {
  // services/cli/README.md: services_cli_README_md
  return std::regex_replace(document.param.substr(std::string(ROBIN_SOURCE_DIR).size() + 1), std::regex("[^A-Za-z0-9]"),
                            "_");
});

TEST_F(Gateway, TheTourOfTheReadmePrintsWhatItShowsByWayOfIt) {
  environment_["ROBIN_SERVER"] = base_;
  environment_["ROBIN_ADMIN_TOKEN"] = "the-token";
  tour_prints_what_the_readme_shows();
}

TEST_F(Gateway, ASearchIsFollowedAndItsCertificateWrittenAndVerifiedByWayOfIt) {
  start("producer");
  start("saver");
  start("consumer", {"--threads", "2"});
  start_auditor();
  const std::vector<std::string> wait = {"submit", "--strategy", "colossally-abundant", "--begin", "2",   "--end",
                                         "3e7",    "--wait",     "--no-progress",       "--top",   "all", "-o",
                                         "json"};
  environment_["ROBIN_SERVER"] = base_;
  environment_["ROBIN_ADMIN_TOKEN"] = "the-token";
  const auto by_gateway = robin(wait);
  ASSERT_EQ(by_gateway.status, 0) << by_gateway.error;
  const testing_support::TemporaryFolder folder;
  const auto written = robin({"certificate", "--out", folder.file("by_gateway.json"), "-o", "json"});
  EXPECT_EQ(written.status, 0) << written.error;
  environment_.clear();
  const auto direct = robin(wait);
  const auto written_directly = robin({"certificate", "--out", folder.file("direct.json"), "-o", "json"});
  auto first = json::parse(by_gateway.output);
  auto second = json::parse(direct.output);
  first.erase("elapsed_seconds");
  second.erase("elapsed_seconds");
  EXPECT_EQ(first, second);
  EXPECT_EQ(written.output, written_directly.output);
  EXPECT_EQ(robin({"verify", folder.file("by_gateway.json"), "--sample", "5%"}).status, 0);
}

TEST_F(Gateway, DrainsAndRetriesByOrder) {
  start("janitor", {"--period-ms", "200"});
  const auto started = order("drain", {{"order", "start"}, {"reason", "a test"}});
  EXPECT_EQ(started.status, 202) << started.body;
  ASSERT_TRUE(wait_until([&] { return read("drain")["state"] == "DRAINED"; }));
  const auto refused = order("searches", {{"strategy", "exhaustive"}, {"end", "1000"}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "30");
  EXPECT_EQ(order("drain", {{"order", "stop"}}).status, 202);
  ASSERT_TRUE(wait_until([&] { return read("drain")["state"] == "WRITABLE"; }));
  const auto events = read("events")["items"];
  ASSERT_GE(events.size(), 2U);
  EXPECT_THAT(events.dump(), HasSubstr("a test"));
  EXPECT_THAT(events.dump(), HasSubstr("the administrator, from 127.0.0.1 (login "));
  const auto id = submit({"1000"});
  adapters::PostgresConnection owner(database_.options());
  owner.query(
      "INSERT INTO blocks (search_id, begin_at, end_at, state, error) VALUES ($1, 2, 1000, 'QUARANTINED', 'boom')",
      {std::to_string(id.value)});
  const auto groups = read("blocks/errors")["items"];
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0]["error"], "boom");
  const auto block = groups[0]["ids"][0].get<std::int64_t>();
  const auto retried = order("blocks/retry", {{"ids", {block}}});
  EXPECT_EQ(retried.status, 202);
  EXPECT_EQ(json::parse(retried.body)["blocks"], 1);
  EXPECT_EQ(read("blocks/" + std::to_string(block))["state"], "PENDING");
  EXPECT_TRUE(read("blocks?state=quarantined")["items"].empty());
}

TEST_F(Gateway, EveryPathOfItsDescriptionAnswersAndEveryOrderNeedsTheToken) {
  submit({"1000"});
  adapters::PostgresConnection owner(database_.options());
  owner.query("INSERT INTO blocks (id, search_id, begin_at, end_at) OVERRIDING SYSTEM VALUE VALUES (1, 1, 2, 1000)");
  const auto paths = json::parse(get("/api/v1/openapi.json").body)["paths"];
  ASSERT_GT(paths.size(), 15U);
  EXPECT_GE(replies_that_fit(1), 19U) << "all but the certificate of an exhaustive search";
  const auto snapshot = [&] {
    return owner
        .query(
            "SELECT (SELECT json_agg(b)::text FROM blocks b) || (SELECT json_agg(s)::text FROM searches s)"
            " || (SELECT json_agg(c)::text FROM control c) || (SELECT count(*) FROM events)")
        .text(0, 0);
  };
  const std::string before = snapshot();
  for (const auto& [path, operations] : paths.items()) {
    std::string real = path.substr(1);
    if (const auto at = real.find("{id}"); at != std::string::npos) {
      real.replace(at, 4, "1");
    }
    if (path == "/estimate") {
      real += "?strategy=exhaustive&end=1000";
    }
    if (operations.contains("get")) {
      const auto answer = get("/api/v1/" + real);
      if (path.ends_with("/certificate")) {
        EXPECT_EQ(answer.status, 404) << "the search is exhaustive: " << answer.body;
        continue;
      }
      EXPECT_EQ(answer.status, 200) << real << ": " << answer.body;
      EXPECT_EQ(answer.headers.at("content-type"), "application/json") << real;
      EXPECT_TRUE(answer.headers.contains("etag")) << real;
      EXPECT_EQ(http_request(
                    "GET", base_ + "/api/v1/" + real + (real.find('?') == std::string::npos ? "?" : "&") + "nonsense=1")
                    .status,
                400)
          << real;
    }
    if (operations.contains("post")) {
      EXPECT_EQ(order(real, json::object(), "").status, 401) << real;
      EXPECT_EQ(order(real, json::object(), "the wrong token").status, 403) << real;
    }
  }
  EXPECT_EQ(snapshot(), before) << "nothing was changed";
}

TEST_F(Gateway, WhatCannotBeUnderstoodIsNamedAndHarmsNothing) {
  const auto wrong = [&](const HttpAnswer& answer, long status, const char* field) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    const auto problem = json::parse(answer.body);
    EXPECT_EQ(problem["status"], status);
    if (field != nullptr) {
      EXPECT_EQ(problem["field"], field) << answer.body;
    }
  };
  wrong(get("/api/v1/nothing"), 404, nullptr);
  wrong(get("/api/v2/status"), 404, nullptr);
  wrong(get("/api/v1/%ff"), 404, nullptr);
  wrong(get("/api/v1/events?kind=%ff"), 400, "kind");
  wrong(get("/api/v1/blocks/1"), 404, nullptr);
  wrong(get("/api/v1/blocks/x"), 400, "id");
  wrong(get("/api/v1/searches/7"), 404, nullptr);
  wrong(get("/api/v1/blocks?limit=0"), 400, "limit");
  wrong(get("/api/v1/blocks?state=lost"), 400, "state");
  wrong(get("/api/v1/records?kind=all"), 400, "kind");
  wrong(order("status", json::object()), 405, nullptr);
  wrong(order("drain", {{"order", "pause"}}), 400, "order");
  wrong(order("drain", "{"), 400, "body");
  wrong(order("drain", std::string(60'000, '[')), 400, "body");
  wrong(order("searches", {{"strategy", "none"}, {"end", "10"}}), 400, "strategy");
  wrong(order("searches", {{"strategy", "exhaustive"}, {"end", "1e400"}}), 400, "end");
  wrong(order("searches", {{"strategy", "exhaustive"}, {"begin", "10"}, {"end", "5"}}), 400, "end");
  wrong(order("searches", {{"strategy", "exhaustive"}, {"end", "10"}, {"threshold", "x"}}), 400, "threshold");
  for (const char* threshold : {"0", "1000"}) {
    wrong(order("searches", {{"strategy", "exhaustive"}, {"end", "10"}, {"threshold", threshold}}), 400, "threshold");
  }
  wrong(order("searches", {{"strategy", "colossally-abundant"}, {"begin", "5000"}, {"end", "1e9"}}), 400, "begin");
  wrong(order("blocks/retry", json::object()), 400, "ids");
  wrong(order("blocks/retry", {{"states", {"finished"}}}), 400, "states");
  EXPECT_EQ(order("drain", std::string(200'000, 'x')).status, 413);
  EXPECT_GE(http_request("PUT", base_ + "/api/v1/drain").status, 400);
  EXPECT_EQ(read("status")["searches"].size(), 0U) << "it still answers";
}

void Gateway::answers_fifty_clients(int times) {
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 50; ++i) {
      clients.emplace_back([&] {
        for (int j = 0; j < times; ++j) {
          const auto status = get("/api/v1/status").status;
          answered += status == 200 || status == 429 ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(answered, 50 * times);
  EXPECT_TRUE(wait_until([&] { return get("/api/v1/status").status == 200; }));
}

TEST_F(Gateway, AStrangersPageWhoseNameResolvesToLoopbackReadsNothing) {
  for (const char* path : {"/api/v1/status", "/", "/api/v1/openapi.json"}) {
    const auto answer = http_request("GET", base_ + path, {"Host: rebound.example"});
    EXPECT_EQ(answer.status, 421) << path;
    EXPECT_THAT(answer.body, HasSubstr("not called so")) << path;
    EXPECT_EQ(http_request("GET", base_ + path, {"Host: localhost"}).status, 200) << path;
  }
}

TEST_F(Gateway, FourHundredRequestsOfFiftyClientsAtOnceLeaveItAnswering) { answers_fifty_clients(8); }

class LongGateway : public Gateway {};

TEST_F(LongGateway, AThousandRequestsOfFiftyClientsAtOnceLeaveItAnswering) { answers_fifty_clients(20); }

class ImpatientGateway : public Gateway {
 protected:
  ImpatientGateway() : Gateway("0", "1", "1", "128") {}
};

TEST_F(ImpatientGateway, ClientsThatNeverEndTheirRequestDoNotKeepOthersOut) {
  const std::string begun = "POST /api/v1/drain HTTP/1.1\r\nContent-Length: 1000\r\n";
  std::list<RawClient> slow;
  for (int i = 0; i < 60; ++i) {
    EXPECT_TRUE(slow.emplace_back(port_).send(begun));
  }
  EXPECT_EQ(get("/api/v1/status").status, 200);
  // More than may be connected: they are sent away for their silence, and others come to their turn.
  for (int i = 0; i < 120; ++i) {
    EXPECT_TRUE(slow.emplace_back(port_).send(begun));
  }
  EXPECT_TRUE(wait_until([&] { return get("/api/v1/status").status == 200; }));
}

/// The addresses on which a process listens, as the kernel lists them: loopback is 0100007F.
std::vector<std::string> listening(pid_t process) {
  namespace fs = std::filesystem;
  std::set<std::string> ours;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
    std::error_code error;
    const std::string target = fs::read_symlink(entry.path(), error).string();
    if (target.starts_with("socket:[")) {
      ours.insert(target.substr(8, target.size() - 9));
    }
  }
  std::vector<std::string> all;
  for (const char* table : {"tcp", "tcp6", "udp", "udp6"}) {
    std::ifstream sockets("/proc/" + std::to_string(process) + "/net/" + table);
    std::string line;
    std::getline(sockets, line);
    while (std::getline(sockets, line)) {
      std::istringstream words(line);
      std::array<std::string, 10> columns;
      for (auto& column : columns) {
        words >> column;
      }
      const bool listens = columns[3] == "0A" || std::string_view(table).starts_with("udp");
      if (listens && ours.contains(columns[9])) {
        all.push_back(columns[1].substr(0, columns[1].find(':')));
      }
    }
  }
  return all;
}

TEST_F(Gateway, NothingButItsTwoPortsListensAndOnlyOnLoopback) {
  EXPECT_THAT(listening(process_->id()), testing::ElementsAre("0100007F", "0100007F"))
      << "the API with the page, and the health of the process";
}

/// As it is in use: an answer serves all who ask within two seconds. It does nothing by itself.
class CachingGateway : public Gateway {
 protected:
  static constexpr std::chrono::milliseconds cache{2000};
  CachingGateway() : Gateway(std::to_string(cache.count()), "3600") {}

  /// The transactions of the gateway so far. PostgreSQL counts those of a connection for certain when it ends.
  std::int64_t transactions() {
    const std::string ours =
        " FROM pg_stat_activity WHERE datname = '" + database_.name() + "' AND application_name = 'robin-gateway'";
    watcher_.query(("SELECT pg_terminate_backend(pid)" + ours).c_str());
    EXPECT_TRUE(wait_until([&] { return watcher_.query(("SELECT count(*)" + ours).c_str()).integer(0, 0) == 0; }));
    return watcher_
        .query(("SELECT xact_commit FROM pg_stat_database WHERE datname = '" + database_.name() + "'").c_str())
        .integer(0, 0);
  }

 private:
  adapters::PostgresConnection watcher_{testing_support::PostgresDatabase::options_elsewhere()};
};

TEST_F(CachingGateway, FiftyPagesThatLookCostTheDatabaseWhatOneDoes) {
  submit({"1000"});
  // What the dashboard asks for, again and again.
  const std::vector<std::string> page = {
      "overview",        "searches/1/margin?points=800", "records?top=1000",
      "blocks/errors",   "queues/history?minutes=60",    "workers?limit=60",
      "events?limit=50", "searches/1/pace?minutes=60",   "searches/1/durations?blocks=1000"};
  const auto look = [&] {
    for (const auto& path : page) {
      EXPECT_EQ(get("/api/v1/" + path).status, 200);
    }
  };
  const auto before = transactions();
  look();
  const auto one = transactions() - before;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> tabs;
    for (int i = 0; i < 50; ++i) {
      tabs.emplace_back([&] {
        for (int j = 0; j < 10; ++j) {
          look();
        }
      });
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const auto fifty = transactions() - before - one;
  std::cout << "transactions: one page once " << one << ", fifty pages ten times each " << fifty << " in "
            << seconds.count() << " s\n";
  EXPECT_GE(one, static_cast<std::int64_t>(page.size()));
  // One set of queries for each period that began.
  EXPECT_LE(fifty, one * (static_cast<std::int64_t>(seconds / cache) + 1));
}

TEST_F(Gateway, ThePageOrHowToGetItIsThere) {
  const auto page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<title>robin"));
  EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(get("/../../etc/passwd").status, 404);
}

}  // namespace
}  // namespace robin
