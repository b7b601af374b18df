// What every store promises whoever watches a search: bounded lists in a known order, accepted results only.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/store_openers.hpp"
#include "contract/watched_search.hpp"
#include "support/patience.hpp"

namespace robin::flow {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class MonitorLedgerContract : public WatchedSearch<testing::TestWithParam<Implementation>, Store> {
 protected:
  MonitorLedgerContract()
      : WatchedSearch([opener = std::shared_ptr<Opener>(GetParam().make())](const search::Strategies& strategies) {
          return opener->open(strategies);
        }) {}

  MonitorLedger& ledger() { return store().monitor_ledger(); }
};

TEST_P(MonitorLedgerContract, TheBestComeFirstAndPagesGoThroughAllInOrder) {
  finish(20);
  const auto all = store().reader().findings(search_, Finding::Witness, 1000);
  ASSERT_GT(all.size(), 50U);
  const auto best = ledger().best(search_, Finding::Witness, 7);
  const auto expected = store().reader().top_findings(search_, Finding::Witness, 7);
  ASSERT_THAT(best, SizeIs(7));
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(best[i].witness, expected[i]);
    EXPECT_EQ(best[i].search, search_);
    EXPECT_FALSE(best[i].found_at.empty());
  }
  EXPECT_THAT(ledger().best(std::nullopt, Finding::Witness, 3), SizeIs(3));
  EXPECT_THAT(ledger().best(SearchId{search_.value + 1}, Finding::Witness, 3), IsEmpty());
}

TEST_P(MonitorLedgerContract, TheHistoryIsSampledEvenlyAndEndsWithTheLast) {
  EXPECT_THAT(ledger().history(search_, 5), IsEmpty());
  finish(20);
  const Epoch auditor = *store().leadership().lead(Role::Auditor);
  std::vector<Audit> audits;
  for (std::size_t i = 0; i < 19; ++i) {
    audits.push_back({work_[i].key.block, work_[i].block, work_[i].key, {{"after", std::to_string(i)}}});
  }
  ASSERT_TRUE(store().audit_ledger().record(auditor, search_, {audits, {}, {}, {}}));
  const auto sampled = ledger().history(search_, 5);
  EXPECT_GE(sampled.size(), 4U);
  EXPECT_LE(sampled.size(), 7U);
  EXPECT_EQ(sampled.back(), audits.back());
  EXPECT_TRUE(std::is_sorted(sampled.begin(), sampled.end(),
                             [](const auto& a, const auto& b) { return a.range.begin < b.range.begin; }));
  EXPECT_EQ(ledger().history(search_, 1000), audits);
}

TEST_P(MonitorLedgerContract, TheLatestEventsComeFirst) {
  const Epoch auditor = *store().leadership().lead(Role::Auditor);
  for (const char* message : {"one", "two", "three"}) {
    const Event event{.kind = message[0] == 't' ? EventKind::Unfit : EventKind::Alarm, .message = message};
    ASSERT_TRUE(store().audit_ledger().record(auditor, search_, {{}, {}, {event}, {}}));
  }
  const auto all = ledger().latest_events(std::nullopt, 2);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].message, "three");
  EXPECT_EQ(all[1].message, "two");
  const auto older = ledger().events_before(std::nullopt, all[1].id, 2);
  ASSERT_THAT(older, SizeIs(1)) << "the page after that one";
  EXPECT_EQ(older[0].message, "one");
  EXPECT_THAT(ledger().events_before(std::nullopt, older[0].id, 2), IsEmpty());
  EXPECT_THAT(ledger().events_before("alarm", all[0].id, 2), SizeIs(1));
  const auto alarms = ledger().latest_events("alarm", 10);
  ASSERT_THAT(alarms, SizeIs(1));
  EXPECT_EQ(alarms[0].message, "one");
  const auto counted = [this](std::chrono::seconds within, std::size_t among) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [kind, events] : ledger().event_counts(within, among)) {
      counts[kind] = events;
    }
    return counts;
  };
  EXPECT_THAT(counted(1h, 10), UnorderedElementsAre(Pair("alarm", 1), Pair("unfit", 2)));
  EXPECT_THAT(counted(1h, 2), ElementsAre(Pair("unfit", 2))) << "the newest two";
  EXPECT_THAT(counted(0s, 10), IsEmpty()) << "all are older than that";
}

TEST_P(MonitorLedgerContract, ManySearchesStandAsEachOfThemDoes) {
  finish(20);
  const Epoch auditor = *store().leadership().lead(Role::Auditor);
  ASSERT_TRUE(store().audit_ledger().record(
      auditor, search_, {{{work_[0].key.block, work_[0].block, work_[0].key, {{"after", "0"}}}}, {}, {}, {}}));
  const auto spec = record_of(store().reader(), search_).spec;
  const SearchId untouched = store().search_ledger().add_search(spec);
  const auto standings = ledger().standings({search_, untouched});
  ASSERT_THAT(standings, SizeIs(2));
  for (const auto& [id, standing] : standings) {
    const auto alone = ledger().progress(id);
    EXPECT_EQ(standing.progress.counts, alone.counts);
    EXPECT_EQ(standing.progress.candidates, alone.candidates);
    EXPECT_EQ(standing.progress.frontier, alone.frontier);
    const auto audited = store().reader().audited(id);
    EXPECT_EQ(standing.audited.end, audited.end);
    EXPECT_EQ(standing.audited.state, audited.state);
    EXPECT_EQ(standing.audited.objection, audited.objection);
  }
  EXPECT_GT(standings.at(search_).progress.counts.finished, 0U);
  EXPECT_EQ(standings.at(search_).audited.end, work_[0].block.end);
  EXPECT_EQ(standings.at(untouched).progress.counts, BlockCounts{});
  EXPECT_EQ(standings.at(untouched).progress.frontier, spec.range.begin);
  EXPECT_EQ(standings.at(untouched).audited.end, spec.range.begin);
  EXPECT_THAT(ledger().standings({}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, MonitorLedgerContract, testing::Values(sqlite_file, sqlite_memory, postgres), name_of);

}  // namespace
}  // namespace robin::flow
