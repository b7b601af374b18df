// The auditor over a store in memory: what is stored against what was reported, the certificate's frontier, samples,
// disputes, alarms; stopped anywhere and begun again.

#include "flow/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "adapters/memory_broker.hpp"
#include "adapters/sqlite_database.hpp"
#include "adapters/sqlite_store.hpp"
#include "flow/local_run.hpp"
#include "support/parsed.hpp"
#include "support/patience.hpp"
#include "support/planted_bar.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::flow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::parameters;

constexpr std::uint64_t certificate_end = testing_support::extent(2'000'000U, 1'200'000U);

class AuditTest : public testing::Test {
 protected:
  FollowResult run(const search::Strategies& strategies, double double_check = 0, std::uint64_t end = certificate_end) {
    search_ = store_->add_search({"colossally-abundant", {{2}, {end}}, parameters()});
    return run_again(strategies, double_check);
  }
  FollowResult run_again(const search::Strategies& strategies, double double_check = 0) {
    const auto broker = adapters::open_memory_broker();
    LocalRunOptions options;
    options.threads = 2;
    options.double_check = double_check;
    return run_locally(*store_, *broker, strategies, search_, options, *log_, {});
  }
  /// Whatever the auditor can do without a worker: until it took all that is finished, or objects.
  void audit_what_is_there() {
    const Epoch epoch = *store_->lead(Role::Auditor);
    AuditOptions options;
    options.double_check = 0;
    options.poll = runtime::Milliseconds(1);
    {
      const std::jthread auditor(
          [&](const std::stop_token& enough) { audit(*store_, strategies_, epoch, options, *log_, enough, {}); });
      Fold fold(record_of(*store_, search_));
      fold.advance(*store_);
      EXPECT_TRUE(testing_support::wait_until([&] {
        const AuditFrontier reached = frontier();
        return !reached.objection.empty() || reached.end == fold.frontier();
      })) << "the auditor does not come on";
    }
    store_->release(Role::Auditor);
  }
  AuditFrontier frontier() { return store_->audit_ledger().frontier(search_); }
  std::vector<std::string> events(const std::string& kind) {
    std::vector<std::string> all;
    for (const auto& record : store_->audit_ledger().events(0, 1000)) {
      if (record.event.kind == kind) {
        all.push_back(record.event.message);
      }
    }
    return all;
  }

  search::Strategies strategies_;
  testing_support::TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = adapters::open_sqlite_store(folder_.file("robin.db"), strategies_);
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  SearchId search_{0};
};

TEST_F(AuditTest, EveryBlockIsAuditedWithTheMarginsHistory) {
  EXPECT_EQ(run(strategies_).end, FollowEnd::Finished);
  const auto history = store_->audit_ledger().history(search_, {2}, 1000);
  EXPECT_EQ(history.size(), store_->counts(search_).finished);
  EXPECT_EQ(frontier().end, search::Position{certificate_end});
  EXPECT_EQ(frontier().objection, "");
  for (std::size_t i = 1; i < history.size(); ++i) {
    EXPECT_EQ(history[i].range.begin, history[i - 1].range.end);
    EXPECT_GT(std::stod(history[i].state.at("log_n")), std::stod(history[i - 1].state.at("log_n")));
    EXPECT_GT(std::stod(history[i].state.at("block_margin")), 0);
  }
  EXPECT_THAT(store_->audit_ledger().events(0, 10), IsEmpty());
}

TEST_F(AuditTest, ASampleOfEverythingIsComputedTwice) {
  EXPECT_EQ(run(strategies_, 1).end, FollowEnd::Finished);
  const auto cases = store_->audit_ledger().cases(10);
  EXPECT_THAT(cases, IsEmpty()) << "all checks agreed and were closed";
  EXPECT_EQ(store_->counts(search_).open_orders(), 0U);
  EXPECT_THAT(store_->audit_ledger().events(0, 10), IsEmpty());
}

TEST_F(AuditTest, ASampleIsTheSameAtAnyTimeAndOfTheSizeAskedFor) {
  std::uint64_t sampled = 0;
  std::uint64_t of_all = 0;
  std::uint64_t of_none = 0;
  constexpr std::int64_t ids = testing_support::extent(100'000, 20'000);
  for (std::int64_t id = 1; id <= ids; ++id) {
    sampled += is_in_sample({id}, 0.01) ? 1U : 0U;
    of_all += is_in_sample({id}, 1) ? 1U : 0U;
    of_none += is_in_sample({id}, 0) ? 1U : 0U;
  }
  EXPECT_EQ(of_all, static_cast<std::uint64_t>(ids));
  EXPECT_EQ(of_none, 0U);
  EXPECT_NEAR(static_cast<double>(sampled), 0.01 * ids, 0.0015 * ids);
}

/// Leaves one prime out of one block, the first times it is asked, and is consistent about it.
class ForgetfulStrategy final : public testing_support::WrappedStrategy {
 public:
  ForgetfulStrategy(const search::Strategies& all, std::uint64_t position, int times)
      : WrappedStrategy(*all.find("colossally-abundant")), position_(position), times_(times) {}
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    auto result = WrappedStrategy::examine(slice, asked);
    if (slice.begin.ordinal <= position_ && position_ < slice.end.ordinal && times_-- > 0) {
      // The first window that has a prime loses it, and its place.
      for (std::size_t i = 0; i < result.tally.size(); i += 3) {
        if (result.tally[i] > 1) {
          result.tally[i] -= 1;
          result.tally[i + 1] -= result.tally[i + 1] / (result.tally[i] + 1);
          break;
        }
      }
    }
    return result;
  }

 private:
  search::uint128 position_;
  mutable std::atomic<int> times_;
};

search::Strategies forgetful(const search::Strategies& all, std::uint64_t position, int times) {
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<ForgetfulStrategy>(all, position, times));
  return search::Strategies(std::move(table));
}

TEST_F(AuditTest, ABlockThatLostAPrimeIsFoundOutByADoubleCheckAndReplaced) {
  const auto lying = forgetful(strategies_, certificate_end - 100'000, 1);
  const auto result = run(lying, 1);
  EXPECT_EQ(result.end, FollowEnd::Finished);
  EXPECT_THAT(events("disputed"), SizeIs(1));
  EXPECT_THAT(events("settled"), SizeIs(1));
  const auto repaired = frontier().state;
  const auto digest = result.fold.digest();
  // An honest search beside it.
  const auto honest = run(strategies_, 0);
  EXPECT_EQ(frontier().state, repaired);
  EXPECT_EQ(honest.fold.digest(), digest);
}

TEST_F(AuditTest, WhoAlwaysAnswersDifferentlyIsADisputeForPeople) {
  class Whimsical final : public testing_support::WrappedStrategy {
   public:
    explicit Whimsical(const search::Strategies& all) : WrappedStrategy(*all.find("exhaustive")) {}
    [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
      auto result = WrappedStrategy::examine(slice, asked);
      result.findings.candidates += ++asked_;
      return result;
    }

   private:
    mutable std::atomic<unsigned> asked_ = 0;
  };
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<Whimsical>(strategies_));
  const search::Strategies whimsical(std::move(table));
  search_ = store_->add_search({"exhaustive", {{2}, {100}}, parameters()});
  EXPECT_EQ(run_again(whimsical, 1).end, FollowEnd::SomeFailed);
  EXPECT_EQ(store_->counts(search_).disputed, 1U);
  ASSERT_THAT(events("alarm"), SizeIs(1));
  EXPECT_THAT(events("alarm").front(), HasSubstr("no two of 6 results agree"));
}

/// What is stored is changed behind everybody's back.
class AuditOfAChangedStore : public AuditTest {
 protected:
  void change(const std::string& sql) {
    store_.reset();
    {
      adapters::SqliteDatabase database(folder_.file("robin.db"), 1000);
      database.execute("DROP TRIGGER results_are_append_only; DELETE FROM audits;");
      database.execute(sql.c_str());
    }
    store_ = adapters::open_sqlite_store(folder_.file("robin.db"), strategies_);
  }
};

TEST_F(AuditOfAChangedStore, AChangedDigestIsNamedAndTheBlockComputedAgain) {
  const auto before = run(strategies_);
  change("UPDATE results SET digest = replace(digest, substr(digest, 1, 4), '0000') WHERE block_id = 3");
  audit_what_is_there();
  EXPECT_THAT(frontier().objection, HasSubstr("block 3 ["));
  EXPECT_THAT(frontier().objection, HasSubstr("its digest does not belong to what is stored"));
  EXPECT_EQ(store_->audit_ledger().history(search_, {2}, 100).size(), 2U) << "the auditor does not advance";
  // With workers the check is made, disputed, checked again and settled.
  const auto after = run_again(strategies_);
  EXPECT_EQ(after.end, FollowEnd::Finished);
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().end, search::Position{certificate_end});
  EXPECT_EQ(after.fold.digest(), before.fold.digest());
}

TEST_F(AuditOfAChangedStore, AResultOfAnotherRangeIsNamed) {
  run(strategies_);
  change("UPDATE results SET end_key = (SELECT end_key FROM results WHERE block_id = 4) WHERE block_id = 3");
  audit_what_is_there();
  EXPECT_THAT(frontier().objection, HasSubstr("its result is for another range"));
}

TEST_F(AuditOfAChangedStore, AStaleBlockOfAnotherSearchIsNamed) {
  // Two searches with other thresholds: other digests of the first block, where numbers are kept as witnesses.
  run(strategies_);
  const SearchId first = search_;
  search_ = store_->add_search({"colossally-abundant", {{2}, {certificate_end}}, parameters("1.9")});
  run_again(strategies_);
  const auto other_block = store_->finished(search_, {2}, 1).front().id;
  change("UPDATE blocks SET result_id = (SELECT result_id FROM blocks WHERE id = " +
         std::to_string(other_block.value + 1) + ") WHERE id = 1");
  search_ = first;
  audit_what_is_there();
  EXPECT_THAT(frontier().objection, HasSubstr("another range"));
}

TEST_F(AuditTest, APlantedBarIsFoundRefinedAndAlarmed) {
  // The first violation lies below the end.
  constexpr std::uint64_t end = testing_support::extent(4'000'000U, 1'600'000U);
  const testing_support::PlantedBar bar(testing_support::extent("0.577185", "0.577168"));
  EXPECT_EQ(run(strategies_, 0, end).end, FollowEnd::Finished);
  EXPECT_THAT(frontier().objection, HasSubstr("a number above 5040 has no margin"));
  EXPECT_LT(frontier().end, search::Position{end});
  ASSERT_THAT(events("alarm"), SizeIs(1));
  EXPECT_THAT(events("alarm").front(), HasSubstr("COUNTEREXAMPLE: n = 2^"));
  EXPECT_THAT(events("refined"), SizeIs(1));
  const auto violations = store_->findings(search_, Finding::Violation, 100);
  EXPECT_EQ(violations.size(), 9U) << "eight known exceptions and this one";
  // The same found again after a restart is no second alarm.
  run_again(strategies_);
  EXPECT_THAT(events("alarm"), SizeIs(1));
}

TEST_F(AuditTest, StoppedAgainAndAgainItEndsAsIfItHadNeverBeen) {
  run(strategies_, 0);
  const auto expected = store_->audit_ledger().history(search_, {2}, 1000);
  const SearchId first = search_;
  search_ = store_->add_search({"colossally-abundant", {{2}, {certificate_end}}, parameters()});
  // Blocks are finished one at a time, and the auditor begins anew for each.
  const Epoch producer = *store_->lead(Role::Producer);
  const auto& strategy = *strategies_.find("colossally-abundant");
  for (const auto& audited : expected) {
    ASSERT_EQ(store_->plan(producer, search_, std::vector{audited.range}), PlanOutcome::Planned);
    const auto work = store_->pending(search_, 1);
    ASSERT_EQ(store_->mark_queued(producer, work), 1U);
    const Report report{work[0].key, work[0].attempt, "a", work[0].block,
                        WorkResult{search::examine(strategy, work[0].block, parameters(), {}), 0}};
    ASSERT_EQ(store_->save(std::span(&report, 1)).front(), Outcome::Stored);
    audit_what_is_there();
  }
  const auto got = store_->audit_ledger().history(search_, {2}, 1000);
  ASSERT_EQ(got.size(), expected.size());
  EXPECT_EQ(got.back().state, expected.back().state);
  EXPECT_NE(first, search_);
}

TEST_F(AuditTest, ASearchThatContinuesACertificateIsCertifiedFromWhereThatEnds) {
  run(strategies_, 0);
  const auto whole = frontier().state;
  const auto history = store_->audit_ledger().history(search_, {2}, 1000);
  const Audit& middle = history[history.size() / 2];
  search_ =
      store_->add_search({"colossally-abundant", {middle.range.end, {certificate_end}}, parameters(), middle.state});
  run_again(strategies_, 0);
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().state, whole);
}

TEST_F(AuditTest, ASearchThatBeginsElsewhereIsAuditedWithoutACertificate) {
  search_ = store_->add_search({"colossally-abundant", {{1U << 20U}, {1'200'000}}, parameters()});
  EXPECT_EQ(run_again(strategies_).end, FollowEnd::Finished);
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().end, search::Position{1'200'000});
  EXPECT_THAT(frontier().state, IsEmpty());
}

TEST_F(AuditTest, AnAuditorThatWasReplacedEnds) {
  run(strategies_, 0);
  const Epoch old = *store_->lead(Role::Auditor);
  store_->release(Role::Auditor);
  ASSERT_TRUE(store_->lead(Role::Auditor));
  search_ = store_->add_search({"exhaustive", {{2}, {100}}, parameters()});
  const Epoch producer = *store_->lead(Role::Producer);
  ASSERT_EQ(store_->plan(producer, search_, std::vector{search::Block{{2}, {100}}}), PlanOutcome::Planned);
  const auto work = store_->pending(search_, 1);
  const Report report{work[0].key, work[0].attempt, "a", work[0].block,
                      WorkResult{search::examine(*strategies_.find("exhaustive"), work[0].block, parameters(), {}), 0}};
  ASSERT_EQ(store_->save(std::span(&report, 1)).front(), Outcome::Stored);
  EXPECT_TRUE(audit(*store_, strategies_, old, {}, *log_, {}, {}).fenced);
  EXPECT_THAT(store_->audit_ledger().history(search_, {2}, 10), IsEmpty());
}

}  // namespace
}  // namespace robin::flow
