// What a cluster's store promises of blocks that were compacted: whoever reads finds them as before, and nothing about
// them is open any more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "adapters/postgres/connection.hpp"
#include "contract/store_openers.hpp"
#include "contract/watched_search.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CompactionContract : public WatchedSearch<testing::Test, ClusterStore> {
 protected:
  CompactionContract() : CompactionContract(std::make_shared<PostgresServer>()) {}

  /// Audits the first blocks, whose results were saved.
  void audit(std::size_t count) {
    AuditStep step;
    const auto accepted = store().audit_ledger().accepted(search_, store().reader().audited(search_).end, count);
    for (const AcceptedResult& one : accepted) {
      step.audits.push_back({one.block, one.range, one.key, {{"up to", std::to_string(one.block.value)}}});
    }
    ASSERT_THAT(step.audits, SizeIs(count));
    ASSERT_TRUE(store().audit_ledger().record(auditor_, search_, step));
  }
  std::uint64_t compact(CompactRules rules = {std::chrono::seconds(0), 1000, 1}) {
    std::uint64_t blocks = 0;
    while (const std::uint64_t step = store().janitor_ledger().compact(janitor_, rules)) {
      blocks += step;
    }
    return blocks;
  }
  std::string value(const std::string& sql) {
    adapters::PostgresConnection connection(server_->options());
    return std::string(connection.query(sql.c_str()).text(0, 0));
  }
  Epoch producer() {
    store().leadership().release(Role::Producer);
    return *store().leadership().lead(Role::Producer);
  }
  PostgresServer& server() { return *server_; }
  CompactionRecord record() { return store().fleet_ledger().compaction(); }

  /// All that is read of a search, a line each.
  std::string all_that_is_read() {
    std::string lines;
    auto& reader = store().reader();
    for (std::uint64_t from : {2U, 3U, 62U, 202U, 381U, 402U}) {
      for (std::size_t limit : {1U, 3U, 100U}) {
        for (const FinishedBlock& one : reader.finished(search_, {from}, limit)) {
          lines += line("finished", from, limit, one.id.value, begin(one.block), core::decimal(one.candidates),
                        one.digest, core::decimal(one.block.end.ordinal), joined(one.extras));
        }
      }
    }
    for (std::int64_t after : {0, 1, 7, 19, 20}) {
      for (const auto& states : {std::vector<BlockState>{}, {BlockState::Finished}, {BlockState::Queued}}) {
        for (const auto& search : {std::optional<SearchId>(), std::optional(search_), std::optional(SearchId{77})}) {
          for (std::size_t limit : {2U, 100U}) {
            for (const BlockRecord& one : reader.blocks({search, states, {first_block() - 1 + after}}, limit)) {
              lines += line("block", after, states.size(), limit, one.id.value, one.search.value, begin(one.block),
                            core::decimal(one.block.end.ordinal), text(one.state), one.attempt.value, one.worker,
                            one.created_at, one.queued_at, one.started_at, one.finished_at, one.error);
            }
          }
        }
      }
    }
    for (const Finding kind : {Finding::Witness, Finding::Violation, Finding::Best, Finding::Undecided}) {
      lines += line("findings", reader.count_findings(search_, kind));
      for (std::size_t limit : {5U, 1000U}) {
        for (const auto& one : reader.findings(search_, kind, limit)) {
          lines += line("in order", limit, one.factorization, one.ratio_lo, one.ratio_hi);
        }
        for (const auto& one : reader.top_findings(search_, kind, limit)) {
          lines += line("top", limit, one.factorization, one.ratio_lo, one.ratio_hi);
        }
        for (const auto& search : {std::optional<SearchId>(), std::optional(search_)}) {
          for (const auto& one : store().monitor_ledger().best(search, kind, limit)) {
            lines += shown("best", one);
          }
        }
        std::optional<FindingCursor> cursor;
        for (auto page = store().fleet_ledger().findings_after(search_, kind, cursor, limit); !page.empty();
             page = store().fleet_ledger().findings_after(search_, kind, cursor, limit)) {
          for (const FindingRecord& one : page) {
            lines += shown("page", one);
            cursor = FindingCursor{one.block_begin, one.ordinal};
          }
        }
      }
    }
    for (std::size_t points : {1U, 4U, 7U, 100U}) {
      for (const Audit& one : store().monitor_ledger().history(search_, points)) {
        lines += line("history", points, one.block.value, begin(one.range), core::decimal(one.range.end.ordinal),
                      text(one.accepted.purpose), one.accepted.run, joined(one.state));
      }
    }
    const AuditFrontier audited = reader.audited(search_);
    lines += line("audited", core::decimal(audited.end.ordinal), joined(audited.state), audited.objection);
    const auto progress = store().monitor_ledger().progress(search_);
    lines += line("progress", progress.counts.finished, progress.counts.queued, core::decimal(progress.candidates),
                  core::decimal(progress.frontier.ordinal));
    for (const double seconds : store().fleet_ledger().durations(search_, 100)) {
      lines += line("duration", seconds);
    }
    for (const EventRecord& one : store().monitor_ledger().latest_events(std::nullopt, 100)) {
      lines += line("event", one.id, one.kind, one.block ? one.block->value : 0, one.message);
    }
    for (const Work& work : work_) {
      for (const FailureRecord& one : store().fleet_ledger().failures(work.key.block)) {
        lines += line("failure", work.key.block.value, one.worker, one.message);
      }
    }
    return lines;
  }

  std::int64_t first_block() const { return work_.front().key.block.value; }

  Epoch auditor_ = *store().leadership().lead(Role::Auditor);
  Epoch janitor_ = *store().leadership().lead(Role::Janitor);

 private:
  explicit CompactionContract(const std::shared_ptr<PostgresServer>& server)
      : WatchedSearch([server](const search::Strategies& strategies) { return server->open_cluster(strategies); }),
        server_(server) {}

  template <class... Values>
  static std::string line(const Values&... values) {
    std::ostringstream out;
    ((out << values << ' '), ...);
    return out.str() + "\n";
  }
  static std::string shown(const char* what, const FindingRecord& one) {
    return line(what, one.witness.factorization, one.witness.ratio_lo, one.search.value, one.block.value,
                core::decimal(one.block_begin.ordinal), one.ordinal, one.found_at);
  }
  static std::string begin(const search::Block& block) { return core::decimal(block.begin.ordinal); }
  static std::string joined(const std::map<std::string, std::string>& values) {
    std::string all;
    for (const auto& [key, value] : values) {
      all += key + "=" + value + ";";
    }
    return all;
  }

  std::shared_ptr<PostgresServer> server_;
};

TEST_F(CompactionContract, WhoeverReadsFindsTheSameAsBefore) {
  ASSERT_EQ(save(5, Failed{"strategy_error", "it broke"}, "host/1"), Outcome::Stored);
  ASSERT_THAT(store().janitor_ledger().sweep(janitor_, {}).pending, 1U);
  work_[5] = store().plan_ledger().pending(search_, 1).at(0);
  ASSERT_EQ(store().plan_ledger().mark_queued(producer(), std::span(&work_[5], 1)), 1U);
  finish(17);
  audit(14);
  const auto before = all_that_is_read();
  EXPECT_EQ(store().fleet_ledger().compactable(std::chrono::seconds(0)), 14U);
  EXPECT_EQ(store().fleet_ledger().compactable(std::chrono::hours(1)), 0U);

  EXPECT_EQ(compact({std::chrono::hours(1), 1000, 1}), 0U) << "none is that old";
  EXPECT_EQ(compact({std::nullopt, 1000, 1}), 0U) << "nobody ordered it";
  EXPECT_EQ(compact({std::chrono::seconds(0), 1000, 15}), 0U) << "there are not enough for a range";
  EXPECT_EQ(compact({std::chrono::seconds(0), 5, 1}), 14U);

  EXPECT_EQ(all_that_is_read(), before);
  EXPECT_EQ(record().blocks, 14U);
  EXPECT_EQ(record().ranges, 3U) << "5, 5 and 4";
  EXPECT_EQ(value("SELECT count(*) FROM blocks"), "6");
  EXPECT_EQ(value("SELECT count(*) FROM results"), "3");
  EXPECT_EQ(value("SELECT count(*) FROM audits"), "0");
}

TEST_F(CompactionContract, TheSearchGoesOnWhereItStood) {
  finish(20);
  audit(12);
  ASSERT_EQ(compact(), 12U);
  audit(8);
  const auto before = all_that_is_read();
  ASSERT_EQ(compact(), 8U);
  EXPECT_EQ(all_that_is_read(), before);

  store().search_ledger().extend_search(search_, {422});
  const Epoch leader = producer();
  EXPECT_EQ(store().plan_ledger().plan(leader, search_, std::vector<search::Block>{{{402}, {422}}}),
            PlanOutcome::Planned);
  work_ = store().plan_ledger().pending(search_, 10);
  ASSERT_THAT(work_, SizeIs(1));
  ASSERT_EQ(store().plan_ledger().mark_queued(leader, work_), 1U);
  finish(1);
  audit(1);
  EXPECT_EQ(store().reader().audited(search_).end, search::Position{422});
  EXPECT_EQ(store().reader().counts(search_).finished, 21U);
}

TEST_F(CompactionContract, WhateverComesOfACompactedBlockIsAnsweredSaved) {
  finish(3);
  audit(2);
  ASSERT_EQ(compact(), 2U);
  const WorkResult same = computed(0);
  WorkResult other = computed(0);
  other.result.digest = std::string(64, 'f');
  for (const auto& content : std::initializer_list<decltype(Report::content)>{Query{}, Started{}, same, other,
                                                                              Failed{"strategy_error", "late"}}) {
    EXPECT_EQ(save(1, content), Outcome::Stale) << content.index();
  }
  Report of_a_check{
      {work_[0].key.block, *purpose_from("check:1"), 1}, {1}, "b", work_[0].block, same, work_[0].provenance};
  EXPECT_EQ(store().save_ledger().save(std::span(&of_a_check, 1)).front(), Outcome::Stale);
  work_[0].provenance.ledger = "another";
  EXPECT_EQ(save(0, same), Outcome::Foreign);
  work_[0].key.block.value += 1000;
  EXPECT_EQ(save(0, same), Outcome::Unknown);
  EXPECT_EQ(value("SELECT count(*) FROM conflicts"), "0");
  EXPECT_EQ(value("SELECT count(*) FROM failures"), "0");
}

TEST_F(CompactionContract, WhatIsOpenStopsIt) {
  finish(10);
  audit(10);
  const WorkKey check{work_[4].key.block, *purpose_from("check:1"), 1};
  AuditStep step;
  step.orders.push_back({check, {}, {}});
  ASSERT_TRUE(store().audit_ledger().record(auditor_, search_, step));
  EXPECT_EQ(compact(), 4U);

  // A later one for a block that is compacted comes too late, and is nobody's work.
  step.orders = {{{work_[0].key.block, *purpose_from("check:1"), 1}, {}, {}}};
  ASSERT_TRUE(store().audit_ledger().record(auditor_, search_, step));
  EXPECT_EQ(store().reader().counts(search_).open_orders(), 1U);

  const auto orders = store().plan_ledger().pending(search_, 10);
  ASSERT_THAT(orders, SizeIs(1));
  ASSERT_EQ(orders[0].key, check);
  const Report report{check, orders[0].attempt, "b", orders[0].block, computed(4), orders[0].provenance};
  ASSERT_EQ(store().save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored);
  EXPECT_EQ(compact(), 0U) << "it is done, and not settled";
  const auto cases = store().audit_ledger().cases(10);
  ASSERT_THAT(cases, SizeIs(1));
  ASSERT_TRUE(store().audit_ledger().rule(auditor_, cases[0], {.close_orders = true}));
  EXPECT_EQ(compact(), 6U);
  EXPECT_EQ(value("SELECT count(*) FROM results"), "0") << "what agreed goes with it";
}

TEST_F(CompactionContract, ADisputeThatWasSettledStaysComplete) {
  finish(3);
  audit(3);
  WorkResult other = computed(1);
  other.result.digest = std::string(64, 'f');
  ASSERT_EQ(save(1, other, "liar"), Outcome::Conflict);
  EXPECT_EQ(compact(), 1U) << "nobody has looked at it yet";
  AuditStep step;
  const WorkKey check{work_[1].key.block, *purpose_from("check:1"), 1};
  step.orders.push_back({check, {}, {}});
  ASSERT_TRUE(store().audit_ledger().record(auditor_, search_, step));
  const auto orders = store().plan_ledger().pending(search_, 10);
  ASSERT_THAT(orders, SizeIs(1));
  const Report report{check, orders[0].attempt, "b", orders[0].block, other, orders[0].provenance};
  ASSERT_EQ(store().save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored);
  const auto cases = store().audit_ledger().cases(10);
  ASSERT_THAT(cases, SizeIs(1));
  ASSERT_TRUE(store().audit_ledger().rule(
      auditor_, cases[0],
      {.close_orders = true,
       .event = Event{EventKind::Settled, search_, work_[1].key.block, "the first one is right"}}));
  const auto before = all_that_is_read();
  EXPECT_EQ(compact(), 2U);
  EXPECT_EQ(all_that_is_read(), before);
  EXPECT_EQ(value("SELECT count(*) FROM conflicts"), "1");
  EXPECT_EQ(value("SELECT string_agg(purpose, ' ') FROM results"), "check:1") << "what differs stays";
}

TEST_F(CompactionContract, BlocksThatSomebodyHoldsAreLeftAndNobodyWaits) {
  finish(6);
  audit(6);
  adapters::PostgresConnection other(server().options());
  adapters::PostgresTransaction transaction(other);
  other.query("SELECT FROM blocks WHERE id = $1 FOR UPDATE", {std::to_string(work_[3].key.block.value)});
  EXPECT_EQ(compact(), 3U);
  transaction.commit();
  EXPECT_EQ(compact(), 3U);
}

TEST_F(CompactionContract, NothingIsPlannedAgainWhereBlocksWereCompacted) {
  finish(20);
  audit(20);
  ASSERT_EQ(compact(), 20U);
  for (const char* const range : {"2, 22", "10, 12", "380, 390", "401, 500"}) {
    EXPECT_THROW(value("INSERT INTO blocks (search_id, begin_at, end_at) VALUES (" + std::to_string(search_.value) +
                       ", " + range + ") RETURNING id"),
                 runtime::Error)
        << range;
  }
}

TEST_F(CompactionContract, AnOrderIsDoneOnceAndSaysWho) {
  finish(12);
  audit(12);
  EXPECT_FALSE(record().order.has_value());
  store().operator_ledger().order_compaction(std::chrono::seconds(0), "alice", "the disk is full");
  ASSERT_TRUE(record().order.has_value());
  EXPECT_EQ(record().order->done_at, "");
  EXPECT_EQ(compact({std::nullopt, 5, 1000}), 12U) << "a person's order waits for no others";
  const auto order = record().order;
  EXPECT_NE(order->done_at, "");
  EXPECT_EQ(order->blocks, 12U);
  EXPECT_THAT(order->ordered_by, HasSubstr("alice"));
  EXPECT_THAT(order->ordered_by, HasSubstr("the disk is full"));
  const auto events = store().monitor_ledger().latest_events("compact", 10);
  ASSERT_THAT(events, SizeIs(2)) << "that it was ordered, and that it is done";
  EXPECT_THAT(events[0].message, HasSubstr("12 blocks were compacted"));
  EXPECT_THAT(events[1].message, HasSubstr("0s ago"));
  EXPECT_EQ(compact({std::nullopt, 5, 1}), 0U);
  EXPECT_THAT(store().monitor_ledger().latest_events("compact", 10), SizeIs(2)) << "once";
}

}  // namespace
}  // namespace robin::flow
