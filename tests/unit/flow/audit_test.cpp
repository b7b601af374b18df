// The auditor over a store in memory: what is stored against what was reported, the certificate's frontier, samples,
// disputes, alarms; stopped anywhere and begun again.

#include "flow/loops/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/local_run.hpp"
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
    search_ = store_->search_ledger().add_search({"colossally-abundant", {{2}, {end}}, parameters()});
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
  void audit_what_is_there(double double_check = 0, const std::mt19937_64& draws = core::from_entropy()) {
    const Epoch epoch = *store_->leadership().lead(Role::Auditor);
    AuditOptions options;
    options.double_check = double_check;
    options.draws = draws;
    options.poll = core::Milliseconds(1);
    {
      const std::jthread auditor([&](const std::stop_token& enough) {
        audit(store_->audit_ledger(), store_->reader(), strategies_, epoch, options, *log_, enough, {});
      });
      Fold fold(record_of(store_->reader(), search_));
      fold.advance(store_->reader());
      EXPECT_TRUE(testing_support::wait_until([&] {
        const AuditFrontier reached = frontier();
        return !reached.objection.empty() || reached.end == fold.frontier();
      })) << "the auditor does not come on";
    }
    store_->leadership().release(Role::Auditor);
  }
  AuditFrontier frontier() { return store_->reader().audited(search_); }
  std::vector<std::string> events(const std::string& kind) {
    std::vector<std::string> all;
    for (const auto& record : store_->monitor_ledger().latest_events(kind, 1000)) {
      if (record.kind == kind) {
        all.push_back(record.message);
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
  const auto history = store_->monitor_ledger().history(search_, 1000);
  EXPECT_EQ(history.size(), store_->reader().counts(search_).finished);
  EXPECT_EQ(frontier().end, search::Position{certificate_end});
  EXPECT_EQ(frontier().objection, "");
  for (std::size_t i = 1; i < history.size(); ++i) {
    EXPECT_EQ(history[i].range.begin, history[i - 1].range.end);
    EXPECT_GT(std::stod(history[i].state.at("log_n")), std::stod(history[i - 1].state.at("log_n")));
    EXPECT_GT(std::stod(history[i].state.at("block_margin")), 0);
  }
  EXPECT_THAT(store_->monitor_ledger().latest_events({}, 10), IsEmpty());
}

TEST_F(AuditTest, ASampleOfEverythingIsComputedTwice) {
  EXPECT_EQ(run(strategies_, 1).end, FollowEnd::Finished);
  const auto cases = store_->audit_ledger().cases(10);
  EXPECT_THAT(cases, IsEmpty()) << "all checks agreed and were closed";
  EXPECT_EQ(store_->reader().counts(search_).open_orders(), 0U);
  EXPECT_THAT(store_->monitor_ledger().latest_events({}, 10), IsEmpty());
}

/// A search of many small blocks, which an auditor takes alone.
class AuditOfASample : public AuditTest {
 protected:
  static constexpr std::uint64_t blocks = 400;
  /// The blocks that are to be computed again.
  std::set<BlockId> sample(double share, const std::mt19937_64& draws) {
    search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {2 + 10 * blocks}}, parameters()});
    const Epoch producer = *store_->leadership().lead(Role::Producer);
    std::vector<search::Block> ranges;
    for (std::uint64_t begin = 2; begin < 2 + 10 * blocks; begin += 10) {
      ranges.push_back({{begin}, {begin + 10}});
    }
    EXPECT_EQ(store_->plan_ledger().plan(producer, search_, ranges), PlanOutcome::Planned);
    std::vector<Report> reports;
    for (const Work& work : store_->plan_ledger().pending(search_, blocks)) {
      reports.push_back(
          {work.key, work.attempt, "a", work.block,
           WorkResult{search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {}), 0}});
    }
    EXPECT_THAT(store_->save_ledger().save(reports), testing::Each(Outcome::Stored));
    store_->leadership().release(Role::Producer);
    audit_what_is_there(share, draws);
    std::set<BlockId> drawn;
    for (const Work& work : store_->plan_ledger().pending(search_, blocks)) {
      // Ids of two searches follow each other.
      drawn.insert({(work.key.block.value - 1) % static_cast<std::int64_t>(blocks)});
    }
    return drawn;
  }
};

TEST_F(AuditOfASample, HasTheSizeThatIsAskedForAndAnotherOneEachTime) {
  const std::mt19937_64 fixed(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): one that the test can follow
  const auto sampled = sample(0.25, fixed);
  EXPECT_NEAR(static_cast<double>(sampled.size()), 0.25 * blocks, 50) << "five standard deviations and more";
  EXPECT_EQ(sample(0.25, fixed), sampled) << "the generator decides, and nothing else";
  EXPECT_NE(sample(0.25, AuditOptions().draws), sampled) << "not the ids";
  EXPECT_NE(AuditOptions().draws, AuditOptions().draws);
  EXPECT_THAT(sample(1, fixed), SizeIs(blocks));
  EXPECT_THAT(sample(0, fixed), IsEmpty());
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
  search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {100}}, parameters()});
  EXPECT_EQ(run_again(whimsical, 1).end, FollowEnd::SomeFailed);
  EXPECT_EQ(store_->reader().counts(search_).disputed, 1U);
  ASSERT_THAT(events("alarm"), SizeIs(2)) << "when nobody came to what the auditor computed, and at the last check";
  EXPECT_THAT(events("alarm").front(), HasSubstr("is none of the 2 results after 5 checks"));
}

/// One block, whose reports the test makes: each of a liar says another thing under another name.
class AuditBesideALiar : public AuditTest {
 protected:
  AuditBesideALiar() {
    search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {1000}}, parameters()});
    EXPECT_EQ(store_->plan_ledger().plan(producer_, search_, std::vector{search::Block{{2}, {1000}}}),
              PlanOutcome::Planned);
    report(published(), false);
    auditor_ = std::jthread([this](const std::stop_token& enough) {
      AuditOptions options;
      options.double_check = 1;
      options.poll = core::Milliseconds(1);
      audit(store_->audit_ledger(), store_->reader(), strategies_, *store_->leadership().lead(Role::Auditor), options,
            *log_, enough, {});
    });
  }

  /// The only work there is, once it is there.
  Work published() {
    std::vector<Work> work;
    EXPECT_TRUE(testing_support::wait_until([&] {
      work = store_->plan_ledger().pending(search_, 10);
      return !work.empty();
    }));
    EXPECT_EQ(work.size(), 1U);
    EXPECT_EQ(store_->plan_ledger().mark_queued(producer_, work), 1U);
    return work.at(0);
  }
  search::BlockResult honest(const Work& work) {
    return search::examine(*strategies_.find("exhaustive"), work.block, work.parameters, {});
  }
  Outcome report(const Work& work, bool is_honest) {
    search::BlockResult result = honest(work);
    if (!is_honest) {
      result.findings.candidates += ++lies_;
      result.digest = search::exact_digest(*strategies_.find("exhaustive"), work.block, result.findings);
    }
    const Report said{work.key, work.attempt, is_honest ? "honest/1" : "liar-" + std::to_string(lies_) + "/1",
                      work.block, WorkResult{result, 0}};
    return store_->save_ledger().save(std::span(&said, 1)).front();
  }

  Epoch producer_ = *store_->leadership().lead(Role::Producer);
  unsigned lies_ = 0;
  std::jthread auditor_;
};

TEST_F(AuditBesideALiar, WhoIsFirstWithEveryCheckUnderEverNewNamesNeitherKeepsTheBlockNorRingsAnAlarm) {
  const Work first = published();
  ASSERT_EQ(first.key.purpose, Purpose::check(1));
  ASSERT_EQ(report(first, false), Outcome::Stored) << "two results, and neither is right";
  Work check = published();
  EXPECT_EQ(check.key.purpose, Purpose::check(2));
  EXPECT_EQ(store_->reader().counts(search_).disputed, 1U);
  // More often than there are checks of a block, and than anything may fail.
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(report(check, false), Outcome::Unexpected);
    check = published();
    EXPECT_EQ(check.key.purpose, Purpose::check(2)) << "it waits for the right one";
  }
  EXPECT_EQ(report(check, true), Outcome::Stored);
  // The false result was audited before it was doubted, so the frontier alone says nothing.
  EXPECT_TRUE(testing_support::wait_until(
      [&] { return store_->reader().counts(search_).finished == 1 && frontier().end == search::Position{1000}; }));
  EXPECT_EQ(store_->reader().finished(search_, {2}, 1).front().digest, honest(check).digest);
  EXPECT_THAT(events("alarm"), IsEmpty());
  EXPECT_THAT(events("settled"), SizeIs(1));
  ASSERT_THAT(events("disputed"), SizeIs(2)) << "that results differ, and that none is right";
  EXPECT_THAT(events("disputed").front(), HasSubstr("wrong is what came of liar-1/1, liar-2/1"));
}

/// Says of a number that it violates, or cannot be decided, the first times it examines a slice.
class LyingStrategy final : public testing_support::WrappedStrategy {
 public:
  using List = std::vector<search::Witness> search::Findings::*;
  LyingStrategy(const search::Strategy& honest, List list, std::string number, int times)
      : WrappedStrategy(honest), list_(list), number_(std::move(number)), times_(times) {}
  [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
    auto result = WrappedStrategy::examine(slice, asked);
    if (times_-- > 0) {
      (result.findings.*list_).push_back({number_, "1.9", "1.9"});
    }
    return result;
  }

 private:
  List list_;
  std::string number_;
  mutable std::atomic<int> times_;
};

class AuditOfClaims : public AuditTest {
 protected:
  void run_lying(const std::string& strategy, LyingStrategy::List list, const std::string& number, int times = 1) {
    std::vector<std::unique_ptr<const search::Strategy>> table;
    table.push_back(std::make_unique<LyingStrategy>(*strategies_.find(strategy), list, number, times));
    search_ = store_->search_ledger().add_search({strategy, {{2}, {10'000}}, parameters()});
    EXPECT_EQ(run_again(search::Strategies(std::move(table))).end, FollowEnd::Finished);
    EXPECT_EQ(frontier().objection, "");
    EXPECT_EQ(frontier().end, search::Position{10'000});
  }
  void expect_found_out(const std::string& number) {
    EXPECT_THAT(events("alarm"), IsEmpty());
    ASSERT_THAT(events("unfit"), SizeIs(1)) << number;
    EXPECT_THAT(events("unfit").front(), HasSubstr(number));
    EXPECT_THAT(events("unfit").front(), HasSubstr("local")) << "the worker is named";
    EXPECT_THAT(events("disputed"), SizeIs(1));
    EXPECT_THAT(events("settled"), SizeIs(1));
    for (const auto finding : {Finding::Violation, Finding::Undecided}) {
      for (const auto& left : store_->reader().findings(search_, finding, 100)) {
        EXPECT_NE(left.factorization, number);
      }
    }
  }
};

TEST_F(AuditOfClaims, AViolationThatIsNoneRingsNoAlarmAndItsWorkerIsNamed) {
  run_lying("exhaustive", &search::Findings::violations, "2^4*3^2*5*11");
  expect_found_out("2^4*3^2*5*11");
}

TEST_F(AuditOfClaims, ANumberBelow5040ThatViolatesNothingIsNoKnownException) {
  run_lying("exhaustive", &search::Findings::violations, "7");
  expect_found_out("7");
}

TEST_F(AuditOfClaims, ANumberThatCanBeDecidedIsNotUndecided) {
  run_lying("exhaustive", &search::Findings::undecided, "2^4*3^2*5*11");
  expect_found_out("2^4*3^2*5*11");
}

TEST_F(AuditOfClaims, OfPrimorialsAClaimIsJudgedByTheirOwnInequality) {
  // By Robin's it is a known exception; by Nicolas' it is none at all.
  run_lying("primorial", &search::Findings::violations, "2..3");
  expect_found_out("2..3");
}

TEST_F(AuditOfClaims, TwoEqualLiesStopNothingForGood) {
  run_lying("exhaustive", &search::Findings::violations, "2^4*3^2*5*11", 2);
  EXPECT_THAT(events("unfit"), SizeIs(2));
  EXPECT_THAT(events("alarm"), IsEmpty());
  ASSERT_THAT(events("disputed"), SizeIs(2)) << "once neither is right, and once the right one differs from them";
  EXPECT_THAT(events("disputed").back(), HasSubstr("wrong is what came of local"));
  EXPECT_THAT(store_->reader().findings(search_, Finding::Violation, 100), SizeIs(27));
}

TEST_F(AuditOfClaims, ARatioThatIsAnotherOneIsFoundOut) {
  class Boasting final : public testing_support::WrappedStrategy {
   public:
    explicit Boasting(const search::Strategy& honest) : WrappedStrategy(honest) {}
    [[nodiscard]] search::Slice examine(const search::Block& slice, const search::Parameters& asked) const override {
      auto result = WrappedStrategy::examine(slice, asked);
      if (!has_boasted_.exchange(true)) {
        result.findings.witnesses.back().ratio_lo = result.findings.witnesses.back().ratio_hi = "99.9";
      }
      return result;
    }

   private:
    mutable std::atomic<bool> has_boasted_ = false;
  };
  std::vector<std::unique_ptr<const search::Strategy>> table;
  table.push_back(std::make_unique<Boasting>(*strategies_.find("exhaustive")));
  search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {10'000}}, parameters()});
  EXPECT_EQ(run_again(search::Strategies(std::move(table))).end, FollowEnd::Finished);
  ASSERT_THAT(events("unfit"), SizeIs(1));
  EXPECT_THAT(events("unfit").front(), HasSubstr("its ratio lies in [99.9, 99.9]"));
  EXPECT_EQ(frontier().objection, "");
  EXPECT_LT(std::stod(store_->reader().top_findings(search_, Finding::Witness, 1).front().ratio_lo), 20);
}

TEST_F(AuditOfClaims, WhatIsTooLargeToBeJudgedIsAnAlarmOfItsOwn) {
  // 50 million primes: nobody reads them while others wait.
  run_lying("exhaustive", &search::Findings::violations, "2..982451653");
  ASSERT_THAT(events("alarm"), SizeIs(1));
  EXPECT_THAT(events("alarm").front(), testing::Not(HasSubstr("COUNTEREXAMPLE")));
  EXPECT_THAT(events("alarm").front(), HasSubstr("too large to be judged"));
}

/// Finds that blocks prove too little until they are refined; and its first refinement lies about its margin, if asked.
class DemandingStrategy final : public testing_support::WrappedStrategy {
 public:
  DemandingStrategy(const search::Strategy& honest, std::uint64_t from, int lies)
      : WrappedStrategy(honest), from_{from}, lies_(lies) {}
  [[nodiscard]] core::Parsed<std::unique_ptr<search::Certifier>> certifier(
      const std::map<std::string, std::string>& state) const override {
    auto inner = WrappedStrategy::certifier(state);
    return std::unique_ptr<search::Certifier>(
        std::make_unique<Demanding>(std::get<std::unique_ptr<search::Certifier>>(std::move(inner)), from_));
  }
  [[nodiscard]] search::Findings refine(const search::Block& block, const search::Parameters& asked,
                                        const std::map<std::string, std::string>& origin) const override {
    auto findings = WrappedStrategy::refine(block, asked, origin);
    if (lies_-- > 0) {
      findings.extras["margin"] = "1" + findings.extras.at("margin");
    }
    return findings;
  }

 private:
  class Demanding final : public search::Certifier {
   public:
    Demanding(std::unique_ptr<search::Certifier> inner, search::Position from)
        : inner_(std::move(inner)), from_(from) {}
    [[nodiscard]] std::optional<search::Objection> advance(const search::Block& block, search::uint128 candidates,
                                                           const std::map<std::string, std::string>& extras) override {
      return from_ <= block.begin && !extras.contains("origin")
                 ? search::Objection{search::Doubt::Unproven, "look closer"}
                 : inner_->advance(block, candidates, extras);
    }
    [[nodiscard]] std::map<std::string, std::string> state() const override { return inner_->state(); }
    [[nodiscard]] search::Proof proof() const override { return inner_->proof(); }

   private:
    std::unique_ptr<search::Certifier> inner_;
    search::Position from_;
  };

  search::Position from_;
  mutable std::atomic<int> lies_;
};

TEST_F(AuditTest, RefinementsAreCheckedByOthersFromTheSameOrigin) {
  for (const int lies : {0, 1}) {
    std::vector<std::unique_ptr<const search::Strategy>> table;
    table.push_back(std::make_unique<DemandingStrategy>(*strategies_.find("colossally-abundant"), 1U << 20U, lies));
    EXPECT_EQ(run(search::Strategies(std::move(table)), 1).end, FollowEnd::Finished);
    EXPECT_EQ(frontier().objection, "");
    EXPECT_EQ(frontier().end, search::Position{certificate_end});
    EXPECT_THAT(events("refined"), testing::Not(IsEmpty()));
    EXPECT_THAT(events("disputed"), SizeIs(lies)) << "the margin of one is another one's";
    EXPECT_THAT(events("settled"), SizeIs(lies));
    EXPECT_THAT(events("alarm"), IsEmpty());
  }
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
  /// All searches, until nothing is left to do.
  void audit_to_the_end() {
    std::stop_source when_done;
    when_done.request_stop();
    const Epoch epoch = *store_->leadership().lead(Role::Auditor);
    AuditOptions options;
    options.double_check = 0;
    options.poll = core::Milliseconds(1);
    audit(store_->audit_ledger(), store_->reader(), strategies_, epoch, options, *log_, {}, when_done.get_token());
    store_->leadership().release(Role::Auditor);
  }
};

TEST_F(AuditOfAChangedStore, AChangedDigestIsNamedAndTheBlockComputedAgain) {
  const auto before = run(strategies_);
  change("UPDATE results SET digest = replace(digest, substr(digest, 1, 4), '0000') WHERE block_id = 3");
  audit_what_is_there();
  EXPECT_THAT(frontier().objection, HasSubstr("block 3 ["));
  EXPECT_THAT(frontier().objection, HasSubstr("its digest does not belong to what is stored"));
  EXPECT_EQ(store_->monitor_ledger().history(search_, 100).size(), 2U) << "the auditor does not advance";
  // With workers the check is made, disputed, checked again and settled.
  const auto after = run_again(strategies_);
  EXPECT_EQ(after.end, FollowEnd::Finished);
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().end, search::Position{certificate_end});
  EXPECT_EQ(after.fold.digest(), before.fold.digest());
}

TEST_F(AuditOfAChangedStore, AStateThatNoAuditorWroteStopsThisSearchAndNoOther) {
  run(strategies_);
  const SearchId changed = search_;
  store_.reset();
  adapters::SqliteDatabase(folder_.file("robin.db"), 1000).execute(R"(UPDATE audits SET state = '{"sums":"none"}')");
  store_ = adapters::open_sqlite_store(folder_.file("robin.db"), strategies_);
  search_ = store_->search_ledger().add_search({"colossally-abundant", {{2}, {1U << 20U}}, parameters()});
  EXPECT_EQ(run_again(strategies_).end, FollowEnd::Finished);
  // In a run it looks at one search; here at all of them.
  search_ = changed;
  audit_to_the_end();
  EXPECT_THAT(frontier().objection, HasSubstr("left a state that no auditor wrote"));
  change("DELETE FROM conflicts");  // and the audits, as it says
  audit_to_the_end();
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().end, search::Position{certificate_end});
}

TEST_F(AuditOfAChangedStore, AResultOfAnotherRangeIsNamed) {
  run(strategies_);
  change("UPDATE results SET end_at = (SELECT end_at FROM results WHERE block_id = 4) WHERE block_id = 3");
  audit_what_is_there();
  EXPECT_THAT(frontier().objection, HasSubstr("its result is for another range"));
}

TEST_F(AuditOfAChangedStore, AStaleBlockOfAnotherSearchIsNamed) {
  // Two searches with other thresholds: other digests of the first block, where numbers are kept as witnesses.
  run(strategies_);
  const SearchId first = search_;
  search_ = store_->search_ledger().add_search({"colossally-abundant", {{2}, {certificate_end}}, parameters("1.9")});
  run_again(strategies_);
  const auto other_block = store_->reader().finished(search_, {2}, 1).front().id;
  change(
      "UPDATE results SET (begin_at, end_at, candidates, digest, extras) ="
      " (SELECT begin_at, end_at, candidates, digest, extras FROM results WHERE block_id = " +
      std::to_string(other_block.value + 1) + ") WHERE block_id = 1");
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
  const auto violations = store_->reader().findings(search_, Finding::Violation, 100);
  EXPECT_EQ(violations.size(), 9U) << "eight known exceptions and this one";
  // The same found again after a restart is no second alarm.
  run_again(strategies_);
  EXPECT_THAT(events("alarm"), SizeIs(1));
}

TEST_F(AuditTest, StoppedAgainAndAgainItEndsAsIfItHadNeverBeen) {
  run(strategies_, 0);
  const auto expected = store_->monitor_ledger().history(search_, 1000);
  const SearchId first = search_;
  search_ = store_->search_ledger().add_search({"colossally-abundant", {{2}, {certificate_end}}, parameters()});
  // Blocks are finished one at a time, and the auditor begins anew for each.
  const Epoch producer = *store_->leadership().lead(Role::Producer);
  const auto& strategy = *strategies_.find("colossally-abundant");
  for (const auto& audited : expected) {
    ASSERT_EQ(store_->plan_ledger().plan(producer, search_, std::vector{audited.range}), PlanOutcome::Planned);
    const auto work = store_->plan_ledger().pending(search_, 1);
    ASSERT_EQ(store_->plan_ledger().mark_queued(producer, work), 1U);
    const Report report{work[0].key, work[0].attempt, "a", work[0].block,
                        WorkResult{search::examine(strategy, work[0].block, parameters(), {}), 0}};
    ASSERT_EQ(store_->save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored);
    audit_what_is_there();
  }
  const auto got = store_->monitor_ledger().history(search_, 1000);
  ASSERT_EQ(got.size(), expected.size());
  EXPECT_EQ(got.back().state, expected.back().state);
  EXPECT_NE(first, search_);
}

TEST_F(AuditTest, ASearchThatContinuesACertificateIsCertifiedFromWhereThatEnds) {
  run(strategies_, 0);
  const auto whole = frontier().state;
  const auto history = store_->monitor_ledger().history(search_, 1000);
  const Audit& middle = history[history.size() / 2];
  search_ = store_->search_ledger().add_search(
      {"colossally-abundant", {middle.range.end, {certificate_end}}, parameters(), middle.state});
  run_again(strategies_, 0);
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().state, whole);
}

TEST_F(AuditTest, ASearchThatBeginsElsewhereIsAuditedWithoutACertificate) {
  search_ = store_->search_ledger().add_search({"colossally-abundant", {{1U << 20U}, {1'200'000}}, parameters()});
  EXPECT_EQ(run_again(strategies_).end, FollowEnd::Finished);
  EXPECT_EQ(frontier().objection, "");
  EXPECT_EQ(frontier().end, search::Position{1'200'000});
  EXPECT_THAT(frontier().state, IsEmpty());
}

TEST_F(AuditTest, AnAuditorThatWasReplacedEnds) {
  run(strategies_, 0);
  const Epoch old = *store_->leadership().lead(Role::Auditor);
  store_->leadership().release(Role::Auditor);
  ASSERT_TRUE(store_->leadership().lead(Role::Auditor));
  search_ = store_->search_ledger().add_search({"exhaustive", {{2}, {100}}, parameters()});
  const Epoch producer = *store_->leadership().lead(Role::Producer);
  ASSERT_EQ(store_->plan_ledger().plan(producer, search_, std::vector{search::Block{{2}, {100}}}),
            PlanOutcome::Planned);
  const auto work = store_->plan_ledger().pending(search_, 1);
  const Report report{work[0].key, work[0].attempt, "a", work[0].block,
                      WorkResult{search::examine(*strategies_.find("exhaustive"), work[0].block, parameters(), {}), 0}};
  ASSERT_EQ(store_->save_ledger().save(std::span(&report, 1)).front(), Outcome::Stored);
  EXPECT_THROW(audit(store_->audit_ledger(), store_->reader(), strategies_, old, {}, *log_, {}, {}), Fenced);
  EXPECT_THAT(store_->monitor_ledger().history(search_, 10), IsEmpty());
}

}  // namespace
}  // namespace robin::flow
