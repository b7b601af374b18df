// The crash table: each service ends by abort() at each point where it matters what had happened and what had not,
// while a search is under way; what comes back afterwards must be what tests/chaos/README.md says. Each once, and ten
// times each in ./ops/test --long.

#include <gmock/gmock.h>

#include "flow/loops/inbox.hpp"
#include "integration/cluster_fixture.hpp"
#include "support/random.hpp"

namespace robin {
namespace {

using flow::SearchId;

struct Crash {
  const char* service;
  const char* point;
  friend std::ostream& operator<<(std::ostream& out, const Crash& crash) { return out << crash.point; }
};

class CrashPoint : public Cluster, public testing::WithParamInterface<Crash> {
 protected:
  CrashPoint() { block_size_ = 200'000; }

  Process& start_one(const std::string& service) {
    if (service == "producer") {
      return start(service, {"--block-size", std::to_string(block_size_), "--in-flight", "6"});
    }
    if (service == "janitor") {
      return start(service, {"--period-ms", "200"});
    }
    if (service == "auditor") {
      return start_auditor();
    }
    return service == "consumer" ? start(service, {"--threads", "2"}) : start(service);
  }

  /// Ends at the point, and is waited for.
  void start_and_crash(const std::string& service, const std::string& point) {
    environment_["ROBIN_TEST_CRASH"] = point;
    Process& victim = start_one(service);
    environment_.erase("ROBIN_TEST_CRASH");
    EXPECT_EQ(victim.wait(patience()), 128 + SIGABRT) << victim.standard_error();
    forget(victim);
  }

  /// Takes one block as a consumer and rejects it.
  void reject_one() {
    flow::Inbox<flow::BrokerEvent> inbox;
    const auto broker = adapters::open_rabbitmq_broker(rabbitmq_.options("consumer"));
    const auto link = broker->connect({flow::Queue::Blocks, 1, false},
                                      [&inbox](flow::BrokerEvents events) { inbox.put_all(std::move(events)); });
    while (const auto event = inbox.take(testing_support::patience(), {})) {
      if (const auto* delivered = std::get_if<flow::Delivered>(&*event)) {
        link->reject(delivered->tag);
        break;
      }
    }
    ASSERT_TRUE(wait_until([&] { return depth(flow::Queue::Dead).ready >= 1; }));
  }

  std::int64_t count(const std::string& sql) {
    adapters::PostgresConnection owner(database_.options());
    return owner.query(sql.c_str()).integer(0, 0);
  }
};

TEST_P(CrashPoint, LosesNothingAndDoublesNothing) {
  const std::string victim = GetParam().service;
  for (const char* service : {"producer", "saver", "consumer", "auditor"}) {
    if (service != victim) {
      start_one(service);
    }
  }
  const std::uint64_t rounds = testing_support::rounds(1);
  SearchArguments search{"2"};
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    // More to do for each: the search grows.
    search.end = std::to_string(2 + 4'000'000 * round);
    submit(search);
    // An auditor that starts late takes up all there is in one step.
    const std::uint64_t pass = victim == "auditor" ? 1 : 1 + round % 3;
    start_and_crash(victim, std::string(GetParam().point) + ":" + std::to_string(pass));
  }
  start_one(victim);
  expect_finished_like_embedded(search);
  EXPECT_EQ(count("SELECT max(attempt) FROM blocks"), 1) << "a crash of ours is no attempt at a block";
  EXPECT_EQ(count("SELECT count(*) FROM failures"), 0);
  EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Dead); }));
}

INSTANTIATE_TEST_SUITE_P(
    All, CrashPoint,
    testing::Values(Crash{"producer", "producer/planning"}, Crash{"producer", "producer/planned"},
                    Crash{"producer", "producer/published"}, Crash{"producer", "producer/confirmed"},
                    Crash{"consumer", "consumer/computing"}, Crash{"consumer", "consumer/lingering"},
                    Crash{"consumer", "consumer/reported"}, Crash{"consumer", "consumer/confirmed"},
                    Crash{"consumer", "consumer/saved"}, Crash{"saver", "saver/saving"},
                    Crash{"saver", "saver/committed"}, Crash{"saver", "saver/replied"},
                    Crash{"auditor", "auditor/recording"}, Crash{"auditor", "auditor/recorded"}),
    [](const auto& one) {
      std::string name = one.param.point;
      std::replace(name.begin(), name.end(), '/', '_');
      return name;
    });

using JanitorCrashPoint = CrashPoint;

/// A block that was begun and whose worker died, and one that the broker gave up: the janitor crashes over both.
TEST_P(JanitorCrashPoint, WhatWasLostIsFoundOnce) {
  const SearchArguments search{"800002"};
  start_one("producer");
  start_one("saver");
  const SearchId id = submit(search);
  ASSERT_TRUE(wait_until([&] { return store_->reader().counts(id).queued == 4; }));
  const std::uint64_t rounds = testing_support::rounds(1);
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    reject_one();
    start_and_crash("janitor", GetParam().point);
  }
  start_one("janitor");
  start_one("consumer");
  expect_finished_like_embedded(search);
  // The crash may lie before or after the commit; each dead letter counts once at most.
  EXPECT_LE(count("SELECT count(*) FROM failures"), static_cast<std::int64_t>(rounds));
  EXPECT_TRUE(wait_until([&] { return is_empty(flow::Queue::Dead); }));
}

INSTANTIATE_TEST_SUITE_P(All, JanitorCrashPoint, testing::Values(Crash{"janitor", "janitor/buried"}),
                         [](const auto&) { return "janitor_buried"; });

}  // namespace
}  // namespace robin
