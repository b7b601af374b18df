// A liar with the consumer's own credentials, on the real servers: it lies about some or all of its blocks, answers the
// checks of its lies under other names, reports blocks it never got, floods. Whatever it does, nothing false stays
// accepted once all slices were looked at, no alarm rings, and honest blocks are finished.

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flow/wire/message.hpp"
#include "integration/cluster_fixture.hpp"
#include "search/examine.hpp"
#include "search/sha256.hpp"
#include "support/liar.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

using testing_support::Liar;
using testing_support::LiarOptions;

class Liars : public Cluster {
 protected:
  /// A producer of blocks of `block_size` positions, a saver, and an auditor that looks at this share of slices.
  void start_services(std::uint64_t block_size, const std::string& audit_share) {
    block_size_ = block_size;
    start("producer", block_size == 0 ? std::vector<std::string>{}
                                      : std::vector<std::string>{"--block-size", std::to_string(block_size)});
    start("saver");
    has_auditor_ = true;
    start("auditor", {"--poll-ms", "50", "--double-check", "10%", "--audit-share", audit_share});
  }
  /// Named "host-3/PID". Else it might come to every block before him.
  void start_honest_consumer_after_a_lie(const Liar& liar) {
    ASSERT_TRUE(wait_until([&] { return !liar.lies().empty(); }));
    start("consumer", {"--threads", "1"});
  }

  /// Under two names.
  std::unique_ptr<Liar> start_liar(LiarOptions options) {
    options.broker = rabbitmq_.options("consumer");
    options.names = {"liar/1", "elsewhere/1"};
    return std::make_unique<Liar>(std::move(options));
  }

  adapters::PostgresConnection::Rows query(const std::string& sql) {
    adapters::PostgresConnection owner(database_.options());
    return owner.query(sql.c_str());
  }
  std::int64_t count(const std::string& sql) { return query(sql).integer(0, 0); }

  /// What an honest worker says of the block, computed here once.
  const std::string& honest_digest(const SearchArguments& search, const search::Block& block) {
    std::string& digest = digests_[{block.begin, block.end}];
    if (digest.empty()) {
      digest =
          search::examine(*strategies_.find(search.strategy), block, testing_support::parameters(search.threshold), {})
              .digest;
    }
    return digest;
  }
  /// Blocks whose accepted result is false; nullopt while some have none.
  std::optional<std::uint64_t> false_blocks(const SearchArguments& search) {
    const auto rows = query(
        "SELECT b.begin_at::text, b.end_at::text, r.digest, b.accepted_purpose || ' by ' || r.worker FROM blocks b "
        "LEFT JOIN results r ON r.block_id = b.id AND"
        " r.purpose = b.accepted_purpose AND r.run = b.accepted_run AND b.state = 'FINISHED' ORDER BY b.begin_at");
    const search::Strategy& strategy = *strategies_.find(search.strategy);
    std::uint64_t wrong = 0;
    search::Position end = testing_support::required(strategy.parse(search.begin));
    for (int row = 0; row < rows.count(); ++row) {
      if (!rows.cell(row, 2)) {
        return std::nullopt;
      }
      const search::Block block = testing_support::block(strategy, rows.text(row, 0), rows.text(row, 1));
      const bool is_right = rows.text(row, 2) == honest_digest(search, block);
      wrong += is_right ? 0U : 1U;
      if (!is_right) {
        last_false_ = rows.text(row, 0) + " " + rows.text(row, 3);
      }
      end = block.end;
    }
    return end == testing_support::required(strategy.parse(search.end)) ? std::optional(wrong) : std::nullopt;
  }

  /// Waits until the whole search is audited and nothing false is accepted.
  void expect_the_truth(const SearchArguments& search, flow::SearchId id) {
    const search::Strategy& strategy = *strategies_.find(search.strategy);
    const search::Position end = testing_support::required(strategy.parse(search.end));
    EXPECT_TRUE(wait_until([&] {
      return store_->reader().audited(id).end == end && false_blocks(search) == std::uint64_t{0};
    })) << "false: "
        << last_false_ << ", " << static_cast<std::int64_t>(false_blocks(search).value_or(-1)) << ", audited to "
        << strategy.text(store_->reader().audited(id).end) << ": " << store_->reader().audited(id).objection << "\n"
        << robin({"events"}).output;
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'alarm'"), 0);
    const auto status = robin({"status"});
    EXPECT_EQ(status.status, 0) << status.output;
    EXPECT_THAT(status.output, testing::Not(testing::HasSubstr("COUNTEREXAMPLE")));
  }
  std::int64_t blocks_found_false() {
    return count("SELECT count(DISTINCT block_id) FROM events WHERE kind IN ('unfit', 'disputed', 'settled')");
  }

  std::map<std::pair<search::Position, search::Position>, std::string> digests_;
  /// For messages.
  std::string last_false_;
};

/// Every few thousand numbers have a witness.
const SearchArguments exhaustive{"1000000", "exact", "exhaustive", "1.4"};

struct Share {
  std::uint64_t one_of;
  std::uint64_t block_size;
  const char* end;
  const char* name;
};

class LiarOfAShare : public Liars, public testing::WithParamInterface<Share> {};

TEST_P(LiarOfAShare, WhoConcealsWitnessesAndConfirmsHimselfIsFoundInEachBlock) {
  const Share& share = GetParam();
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const SearchArguments search{share.end, exhaustive.digest, exhaustive.strategy, exhaustive.threshold};
  start_services(share.block_size, "100%");
  const auto liar = start_liar({.lie = &testing_support::conceal_a_witness,
                                .one_of = share.one_of,
                                .block_size = share.block_size,
                                .phase = random.between(0, share.one_of - 1)});
  const flow::SearchId id = submit(search);
  start_honest_consumer_after_a_lie(*liar);
  expect_the_truth(search, id);
  // In this order: he may go on to lie in a check.
  const auto found = blocks_found_false();
  const auto lies = static_cast<std::int64_t>(liar->lies().size());
  EXPECT_LE(found, lies) << "honest blocks are not doubted";
  std::cout << "lied about " << lies << " of " << count("SELECT count(*) FROM blocks") << " blocks, " << found
            << " of them stored and found\n";
}

INSTANTIATE_TEST_SUITE_P(Of, LiarOfAShare,
                         testing::Values(Share{100, 1U << 13U, "1000000", "1"}, Share{10, 1U << 13U, "500000", "10"},
                                         Share{1, 1U << 15U, "1000000", "100"}),
                         [](const auto& parameter) { return std::string(parameter.param.name) + "percent"; });

TEST_F(Liars, WhoFalsifiesSumsOfACertificateIsFoundAndItIsVerified) {
  start_services(0, "100%");
  const auto liar = start_liar({.lie = &testing_support::lessen_a_slice});
  // Fewer slices than the auditor keeps at once, so that it looks at each.
  const SearchArguments search{"1200000", "exact", "colossally-abundant"};
  const flow::SearchId id = submit(search);
  start_honest_consumer_after_a_lie(*liar);
  expect_the_truth(search, id);
  const testing_support::TemporaryFolder folder;
  const std::string file = folder.path() / "certificate.json";
  ASSERT_EQ(robin({"certificate", "--out", file}).status, 0);
  EXPECT_EQ(robin({"verify", file}).status, 0);
}

TEST_F(Liars, WhoClaimsViolationsRingsNoAlarm) {
  start_services(1U << 17U, "100%");
  const auto liar = start_liar({.lie = &testing_support::claim_a_violation});
  // Each of them stops the audit until it is settled.
  const SearchArguments search{"700000", "exact", "exhaustive", "1.6"};
  const flow::SearchId id = submit(search);
  start_honest_consumer_after_a_lie(*liar);
  expect_the_truth(search, id);
}

/// The 1 - 1e-9 quantile of TRUST.md: of his blocks that were stored and audited, so many at most until one is found.
TEST_F(Liars, IsFoundWithinTheBlocksThatAreStated) {
  constexpr double share = 0.25;
  start_services(1U << 13U, "25%");
  const auto liar = start_liar({.lie = &testing_support::conceal_a_witness});
  // More blocks of his than he may hand in.
  submit({"4000000", exhaustive.digest, exhaustive.strategy, exhaustive.threshold});
  const auto stated = static_cast<std::int64_t>(std::ceil(std::log(1e-9) / std::log1p(-share)));
  ASSERT_TRUE(wait_until([&] { return blocks_found_false() > 0; }));
  const auto stored = count(
      "SELECT count(DISTINCT block_id) FROM results WHERE worker IN ('liar/1', 'elsewhere/1') AND received_at <"
      " (SELECT min(at) FROM events)");
  EXPECT_LE(stored, stated + 200) << "a batch of blocks may be audited at once";
  std::cout << "found after " << stored << " of his results were stored; stated: " << stated << "\n";
}

/// Speaks to robin.results itself.
class Forgeries : public Liars {
 protected:
  void publish(const flow::Report& report, const SearchArguments& search) {
    for (flow::Message& message : encoded(report, search)) {
      publish(std::move(message));
    }
  }
  /// The first of several; the others never come.
  void publish_a_part_of(const flow::Report& report, const SearchArguments& search) {
    auto messages = encoded(report, search);
    ASSERT_GT(messages.size(), 1U);
    publish(std::move(messages.front()));
  }
  void publish(flow::Message message) {
    link_->publish(flow::Exchange::Results, std::move(message), flow::Travel::Shared);
    ++published_;
  }
  std::vector<flow::Message> encoded(const flow::Report& report, const SearchArguments& search) {
    return flow::encode(report,
                        {report.key,
                         {1},
                         report.attempt,
                         search.strategy,
                         testing_support::parameters(search.threshold),
                         report.block,
                         {},
                         {},
                         report.provenance},
                        strategies_, {});
  }
  /// As whoever reads a block's message knows it; the message goes back.
  flow::Provenance provenance_of_a_message() {
    std::mutex mutex;
    std::optional<flow::Work> work;
    const auto reader = broker_->connect({flow::Queue::Blocks, 1}, [&](const flow::BrokerEvents& events) {
      const std::scoped_lock lock(mutex);
      for (const auto& event : events) {
        if (const auto* delivered = std::get_if<flow::Delivered>(&event)) {
          work = testing_support::required(flow::decode_work(delivered->message.body, strategies_));
        }
      }
    });
    EXPECT_TRUE(wait_until([&] {
      const std::scoped_lock lock(mutex);
      return work.has_value();
    }));
    const std::scoped_lock lock(mutex);
    return work ? work->provenance : flow::Provenance();
  }
  /// Once the broker has taken all of them.
  [[nodiscard]] bool all_are_taken() {
    return wait_until([&] { return confirmed_ == published_; });
  }

  std::unique_ptr<flow::Broker> broker_ = adapters::open_rabbitmq_broker(rabbitmq_.options("consumer"));
  std::atomic<std::uint64_t> confirmed_ = 0;
  std::uint64_t published_ = 0;
  std::unique_ptr<flow::Link> link_ = broker_->connect({}, [this](const flow::BrokerEvents& events) {
    for (const auto& event : events) {
      const auto* confirmed = std::get_if<flow::Confirmed>(&event);
      confirmed_ += confirmed != nullptr && confirmed->confirm == flow::Confirm::Accepted ? 1U : 0U;
    }
  });
};

TEST_F(Forgeries, OfBlocksHeNeverGotUnderHonestNamesWithFloodsOfPartsAndWorkersHarmNobody) {
  // Planned and published, and nobody computes yet: he is first with each, and guesses every id and range.
  block_size_ = 1U << 17U;
  start("producer", {"--block-size", std::to_string(block_size_)});
  const flow::SearchId id = submit(exhaustive);
  ASSERT_TRUE(wait_until([&] { return record_of(store_->reader(), id).planned_end == search::Position{1'000'000}; }));
  const flow::Provenance provenance = provenance_of_a_message();
  const auto rows = query("SELECT id, begin_at::text, end_at::text FROM blocks ORDER BY id");
  const search::Strategy& strategy = *strategies_.find(exhaustive.strategy);
  for (int row = 0; row < rows.count(); ++row) {
    const flow::BlockId block{rows.integer(row, 0)};
    const search::Block range = testing_support::block(strategy, rows.text(row, 1), rows.text(row, 2));
    search::Findings nothing;
    nothing.candidates = range.length();
    const search::BlockResult result{range, nothing, search::exact_digest(strategy, range, nothing)};
    search::BlockResult many = result;
    many.findings.witnesses.resize(10'000, {"2^3*3^2*5*7*11", "1.7", "1.8"});
    many.digest = search::exact_digest(strategy, range, many.findings);
    const std::string honest_name = "host-3/1";
    // The block, and checks of it that nobody has ordered yet.
    publish({{block, {}, 1}, {1}, honest_name, range, flow::WorkResult{result, 1}, provenance}, exhaustive);
    publish({{block, flow::Purpose::check(1), 1}, {1}, "elsewhere/1", range, flow::WorkResult{result, 1}, provenance},
            exhaustive);
    // Workers that nobody has heard of, and parts that never become a whole.
    for (int i = 0; i < 20; ++i) {
      const std::string name = "flood-" + std::to_string(row) + "-" + std::to_string(i) + "/1";
      publish({{block, {}, 1}, {1}, name, range, flow::Started{}, provenance}, exhaustive);
      publish_a_part_of({{block, {}, 1}, {1}, name, range, flow::WorkResult{many, 1}, provenance}, exhaustive);
    }
  }
  ASSERT_TRUE(all_are_taken());
  start("saver");
  has_auditor_ = true;
  start("auditor", {"--poll-ms", "50", "--double-check", "10%", "--audit-share", "100%"});
  // host-3, in whose name he spoke and which checks nothing of that, and another one.
  start("consumer", {"--threads", "1"});
  start("consumer", {"--threads", "1"});
  expect_the_truth(exhaustive, id);
  EXPECT_LE(count("SELECT count(*) FROM (SELECT 1 FROM parts GROUP BY block_id, digest_of_whole) sets"),
            std::int64_t{3} * rows.count());
}

}  // namespace
}  // namespace robin
