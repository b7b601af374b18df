#pragma once

// FakeCluster: a ledger that holds fixed data, so that every answer of the API can be asked for without a server and is
// the same each time. It has of each thing one with everything known and one with as little as there may be.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/contract.hpp"
#include "flow/ports/store.hpp"
#include "flow/rules/choose_search.hpp"
#include "search/examine.hpp"
#include "search/strategy.hpp"

namespace robin::api {

class FakeCluster final : public flow::ClusterStore,
                          public flow::LedgerReader,
                          public flow::MonitorLedger,
                          public flow::SearchLedger,
                          public flow::FleetLedger,
                          public flow::JanitorLedger,
                          public flow::OperatorLedger {
 public:
  explicit FakeCluster(const search::Strategies& strategies) {
    const auto& certifying = *strategies.find("colossally-abundant");
    const search::Parameters parameters{search::Mode::Complete, decimal("1.767"), search::DigestKind::Exact};
    const search::Block block{{2}, {65536}};
    third_begin_ = *core::accepted(strategies.find("superabundant")->parse("3:0"));
    third_end_ = *core::accepted(strategies.find("superabundant")->parse("60:0"));
    result_ = search::examine(certifying, block, parameters, {1, {}});
    auto begun = certifying.certifier({});
    auto& certifier = **std::get_if<std::unique_ptr<search::Certifier>>(&begun);
    ROBIN_ASSERT(!certifier.advance(block, result_.findings.candidates, result_.findings.extras), "it is certified");
    state_ = certifier.state();
    searches_ = {
        {{1}, {"colossally-abundant", {{2}, {65536}}, parameters, {{"a", "b"}}}, {65536}},
        {{2},
         {"exhaustive", {{2}, {100'000}}, {search::Mode::Complete, decimal("1.5"), search::DigestKind::Exact}},
         {80'000}},
        {{3},
         {"superabundant", {third_begin_, third_end_}, {search::Mode::Exact, decimal("1"), search::DigestKind::Exact}},
         third_end_},
        {{4}, {"of-another-version", {{5}, {search::uint128{1} << 70U}}, parameters}, {5}}};
  }

  /// What an order left, one line each.
  std::vector<std::string> ordered;
  flow::ControlState control_state = flow::ControlState::Writable;
  std::vector<std::string> alarms = {"two workers never agree"};
  flow::BlockId alarmed_block{3};
  /// A person ended all searches, and nothing is left of them to do.
  bool all_ended = false;
  std::vector<flow::FindingRecord> violations;
  /// What the first witness claims its ratio to be, if not what it is.
  std::string boast;
  std::vector<flow::ConnectedService> services = {{"robin-producer", 1}, {"robin-saver", 2}};

  flow::LedgerReader& reader() override { return *this; }
  flow::MonitorLedger& monitor_ledger() override { return *this; }
  flow::SearchLedger& search_ledger() override { return *this; }
  flow::FleetLedger& fleet_ledger() override { return *this; }
  flow::JanitorLedger& janitor_ledger() override { return *this; }
  flow::OperatorLedger& operator_ledger() override { return *this; }
  flow::Leadership& leadership() override { return unused<flow::Leadership>(); }
  flow::PlanLedger& plan_ledger() override { return unused<flow::PlanLedger>(); }
  flow::SaveLedger& save_ledger() override { return unused<flow::SaveLedger>(); }
  flow::AuditLedger& audit_ledger() override { return unused<flow::AuditLedger>(); }
  flow::PlanWatch& plan_watch() override { return unused<flow::PlanWatch>(); }

  std::vector<flow::SearchRecord> searches() override {
    auto all = searches_;
    for (auto& search : all) {
      search.control.state = all_ended ? flow::RunState::Cancelled : flow::RunState::Active;
    }
    return all;
  }
  flow::BlockCounts counts(flow::SearchId id) override { return progress(id).counts; }
  std::vector<flow::FinishedBlock> finished(flow::SearchId, search::Position, std::size_t limit) override {
    std::vector<flow::FinishedBlock> all = {
        {{1}, {{2}, {65536}}, result_.findings.candidates, result_.digest, {{"a", "b"}}},
        {{9}, {{65536}, {search::uint128{1} << 64U}}, search::uint128{1} << 60U, "e0", {}}};
    all.resize(std::min(limit, all.size()));
    return all;
  }
  std::uint64_t count_findings(flow::SearchId, flow::Finding kind) override {
    return 10 + static_cast<std::uint64_t>(kind);
  }
  std::vector<search::Witness> findings(flow::SearchId, flow::Finding, std::size_t) override { return {}; }
  std::vector<search::Witness> top_findings(flow::SearchId, flow::Finding, std::size_t) override { return {}; }
  std::vector<flow::BlockRecord> blocks(const flow::BlockFilter& filter, std::size_t limit) override {
    std::vector<flow::BlockRecord> all;
    for (const auto& record : all_blocks()) {
      const bool is_wanted = filter.states.empty() ||
                             std::find(filter.states.begin(), filter.states.end(), record.state) != filter.states.end();
      if (record.id > filter.after && is_wanted && (!filter.search || *filter.search == record.search) &&
          all.size() < limit) {
        all.push_back(record);
      }
    }
    return all;
  }
  flow::AuditFrontier audited(flow::SearchId id) override {
    return id.value == 1 ? flow::AuditFrontier{{65536}, state_, ""}
                         : flow::AuditFrontier{{2}, {}, id.value == 2 ? "a block was lost" : ""};
  }

  flow::SearchProgress progress(flow::SearchId id) override {
    auto progress = progress_underway(id);
    if (all_ended) {
      progress.counts = {.finished = progress.counts.finished};
    }
    return progress;
  }
  [[nodiscard]] flow::SearchProgress progress_underway(flow::SearchId id) const {
    switch (id.value) {
      case 1:
        return {{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, result_.findings.candidates, {65536}, 0, std::nullopt};
      case 2:
        return {{5, 4, 3, 2, 1, 1, 1, 6, 2, 1, 1}, search::uint128{1} << 60U, {40'000}, 1234.5, 600.25};
      case 3:
        return {{0, 0, 0, 7, 2, 1, 0, 0, 0, 0, 0}, 1U << 20U, {third_begin_.ordinal + 3}, 0, std::nullopt};
      default:
        return {{}, 0, {5}, 0, std::nullopt};
    }
  }
  std::map<flow::SearchId, flow::SearchStanding> standings(const std::vector<flow::SearchId>& ids) override {
    std::map<flow::SearchId, flow::SearchStanding> all;
    for (const auto id : ids) {
      all[id] = {progress(id), audited(id)};
    }
    return all;
  }
  flow::Control control() override { return {control_state, {7}}; }
  std::vector<flow::FindingRecord> best(std::optional<flow::SearchId> id, flow::Finding kind,
                                        std::size_t limit) override {
    std::vector<flow::FindingRecord> all;
    if (id != flow::SearchId{1} || kind != flow::Finding::Violation) {
      all = {{{"2^4*3^2*5*7", "1.7909733", "1.7909734"}, {2}, {3}, {2}, 0, "2026-01-02T03:04:05Z"},
             {{"2^40000*3..97", "0.6595447", "0.6595448"}, {1}, {1}, {2}, 4, ""}};
    }
    if (!boast.empty() && !all.empty()) {
      all.front().witness.ratio_lo = all.front().witness.ratio_hi = boast;
    }
    all.resize(std::min(limit, all.size()));
    return all;
  }
  std::vector<flow::Audit> history(flow::SearchId id, std::size_t) override {
    return {{{1}, {{2}, {65536}}, {{1}, {}, 0}, id.value == 1 ? state_ : std::map<std::string, std::string>{}}};
  }
  std::vector<flow::EventRecord> events_before(const std::optional<std::string>& kind, std::int64_t before,
                                               std::size_t limit) override {
    std::vector<flow::EventRecord> all;
    for (const auto& message : alarms) {
      all.push_back({2, "2026-01-02T03:04:07Z", "alarm", flow::SearchId{1}, alarmed_block, message});
    }
    if (kind != "alarm") {
      all.push_back({1, "2026-01-02T03:04:06Z", "drain", std::nullopt, std::nullopt, "a drain \"was\" ordered"});
    }
    std::erase_if(all, [before](const flow::EventRecord& event) { return event.id >= before; });
    all.resize(std::min(limit, all.size()));
    return all;
  }

  std::vector<flow::EventCount> event_counts(std::chrono::seconds, std::size_t) override {
    return {{"alarm", 1}, {"of_another_version", 20}};
  }

  flow::ChosenSearch submit(const flow::SearchSpec& spec, const flow::SearchControl& control) override {
    const auto chosen = flow::choose_search(searches(), spec);
    if (!chosen) {
      if (control != flow::SearchControl{}) {
        ordered.push_back(std::string(flow::text(control.state)) + " with share " + std::to_string(control.share));
      }
      return {add_search(spec), flow::Choice::Created};
    }
    if (chosen->choice == flow::Choice::Extended) {
      extend_search(chosen->id, spec.range.end);
    }
    return *chosen;
  }
  flow::SearchId add_search(const flow::SearchSpec& spec) override {
    ordered.push_back("add " + spec.strategy);
    return {9};
  }
  void extend_search(flow::SearchId search, search::Position) override {
    ordered.push_back("extend " + std::to_string(search.value));
  }

  std::vector<flow::WorkerRecord> workers(std::size_t limit) override {
    std::vector<flow::WorkerRecord> all = {
        {"host/1", "2026-01-02T03:04:05Z", "2026-01-02T03:05:05Z", 12.5, {{{3}, 1.5}, {{4}, 0.25}}},
        {"host/2", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", 300, {}}};
    all.resize(std::min(limit, all.size()));
    return all;
  }
  std::vector<flow::ConnectedService> connected() override { return services; }
  std::vector<flow::FailureRecord> failures(flow::BlockId id) override {
    return id.value == 3
               ? std::vector<flow::FailureRecord>{{{1}, "host/1", "lost", "not heard of", "2026-01-01T00:00:00Z"}}
               : std::vector<flow::FailureRecord>{};
  }
  std::vector<flow::ErrorGroup> error_groups(std::optional<flow::SearchId>, std::size_t limit) override {
    std::vector<flow::ErrorGroup> all = {{"strategy_error: boom", 3, {{1}, {2}, {4}}}, {"", 1, {{3}}}};
    all.resize(std::min(limit, all.size()));
    return all;
  }
  std::vector<flow::FindingRecord> findings_after(flow::SearchId id, flow::Finding kind,
                                                  const std::optional<flow::FindingCursor>& after,
                                                  std::size_t limit) override {
    return !after                             ? best(id, kind, limit)
           : kind == flow::Finding::Violation ? violations
                                              : std::vector<flow::FindingRecord>{};
  }
  std::vector<flow::Pace> pace(std::optional<flow::SearchId>, std::chrono::seconds, std::chrono::seconds) override {
    return {{60.5, 3, 900, 90}, {30, 1, search::uint128{1} << 62U, 0.25}};
  }
  std::vector<double> durations(flow::SearchId id, std::size_t) override {
    return id.value == 1 ? std::vector<double>{0.5, 0.25, 12, 0.5} : std::vector<double>{};
  }
  flow::BlockCounts block_counts() override { return {}; }
  flow::LedgerSize size() override { return {20'000, 10}; }
  flow::CompactionRecord compaction() override {
    return {1234, 5, 67'890, "2026-01-02T03:04:09Z",
            flow::CompactionRecord::Order{86'400, "ada (login robin): the disk", "2026-01-02T03:04:08Z", "", 1000}};
  }
  std::uint64_t compactable(std::chrono::seconds older_than) override {
    return older_than == std::chrono::seconds(0) ? 10 : 7;
  }
  void sample_queues(const std::vector<flow::QueueSample>&, std::chrono::hours) override {}
  std::vector<flow::QueueHistory> queue_history(std::chrono::seconds, std::chrono::seconds) override {
    return {{"robin.results", 60, 0, 1}, {"robin.blocks", 60, 5, 2}, {"robin.blocks", 30, 4, 2}};
  }

  flow::SweepReport sweep(flow::Epoch, const flow::SweepRules&) override { return {}; }
  std::size_t cancel(flow::Epoch, std::size_t) override { return 0; }
  std::size_t requeue_unstarted(flow::Epoch, core::Milliseconds) override { return 0; }
  flow::DeadLetter bury(flow::Epoch, const flow::Work&, const std::string&, std::uint32_t) override {
    return flow::DeadLetter::Unknown;
  }
  void note(flow::Epoch, const flow::Event&) override {}
  flow::Forgotten forget(flow::Epoch, const flow::ForgetRules&) override { return {}; }
  std::uint64_t compact(flow::Epoch, const flow::CompactRules&) override { return 0; }
  std::uint64_t in_flight() override { return 8; }
  bool mark_drained(flow::Epoch, flow::Epoch) override { return false; }

  bool order_drain(bool drain, const std::string& who, const std::string& why) override {
    ordered.push_back((drain ? "drain by " : "go on by ") + who + ": " + why);
    return true;
  }
  std::size_t retry(const flow::RetryFilter& filter, const std::string& who) override {
    ordered.push_back("retry by " + who);
    return filter.ids.empty() ? 12 : filter.ids.size();
  }
  void order_compaction(std::chrono::seconds older_than, const std::string& who, const std::string& why) override {
    ordered.push_back("compact " + std::to_string(older_than.count()) + " by " + who + ": " + why);
  }
  /// The second search is running, the third one was cancelled.
  flow::ControlOutcome control_search(flow::SearchId search, const flow::SearchControlOrder& order,
                                      const std::string& who, const std::string& why) override {
    if (search.value > 4) {
      return flow::ControlOutcome::Unknown;
    }
    if (search.value == 3) {
      return flow::ControlOutcome::Final;
    }
    ordered.push_back("search " + std::to_string(search.value) + " " +
                      (order.state ? std::string(flow::text(*order.state)) : "share " + std::to_string(*order.share)) +
                      " by " + who + ": " + why);
    return flow::ControlOutcome::Done;
  }

 private:
  template <class Port>
  static Port& unused() {
    contract_broken("unused", "the API does not use this port", __FILE__, __LINE__);
  }
  static math::Decimal decimal(const char* text) { return *core::accepted(math::Decimal::parse(text)); }

  [[nodiscard]] std::vector<flow::BlockRecord> all_blocks() const {
    using flow::BlockState;
    return {{{1},
             {1},
             {{2}, {65536}},
             BlockState::Finished,
             {1},
             "host/1",
             "2026-01-01T00:00:00Z",
             "2026-01-01T00:00:01Z",
             "2026-01-01T00:00:02Z",
             "2026-01-01T00:00:03Z",
             ""},
            {{2}, {2}, {{2}, {20'000}}, BlockState::Pending, {1}, "", "2026-01-01T00:00:00Z", "", "", "", ""},
            {{3},
             {3},
             {third_begin_, {third_begin_.ordinal + 2}},
             BlockState::Quarantined,
             {6},
             "host/2",
             "2026-01-01T00:00:00Z",
             "",
             "",
             "",
             "lost: not heard of"},
            {{4}, {4}, {{5}, {search::uint128{1} << 65U}}, BlockState::Running, {2}, "host/2", "", "", "", "", ""}};
  }

  search::BlockResult result_;
  std::map<std::string, std::string> state_;
  search::Position third_begin_ = {};
  search::Position third_end_ = {};
  std::vector<flow::SearchRecord> searches_;
};

}  // namespace robin::api
