#pragma once

// Documents: what the API answers, each from a few bounded reads of the ledger. Throws BadRequest, Refused, and
// runtime::Error of the ledger. Any thread may call.

#include <optional>
#include <string>
#include <vector>

#include "api/http_message.hpp"
#include "api/model.hpp"
#include "api/queries.hpp"
#include "flow/ports/queue_watch.hpp"
#include "flow/ports/store.hpp"
#include "search/strategy.hpp"

namespace robin::api {

/// What a cluster has beside its ledger.
struct Surroundings {
  /// Tells how deep the queues are; nullptr: nobody can tell.
  flow::QueueWatch* queues = nullptr;
  /// Pages of this cluster that people may want to open.
  std::vector<Link> links = {};
  /// The versions of the libraries that this program is linked with.
  OrderedTexts versions = {};
};

class Documents {
 public:
  /// All arguments outlive this object. `cluster` is nullptr over the ledger of one process: questions about a cluster
  /// are refused then.
  Documents(flow::Store& store, flow::ClusterStore* cluster, const search::Strategies& strategies,
            const Surroundings& surroundings)
      : store_(store), cluster_(cluster), strategies_(strategies), surroundings_(surroundings) {}

  [[nodiscard]] flow::Store& store() const { return store_; }
  [[nodiscard]] flow::ClusterStore& cluster() const;
  [[nodiscard]] const search::Strategies& known_strategies() const { return strategies_; }

  [[nodiscard]] Status status(const NoQuery& query) const;
  [[nodiscard]] Overview overview(const OverviewQuery& query) const;
  [[nodiscard]] Version version(const NoQuery& query) const;
  /// The strategies that are built into this program.
  [[nodiscard]] List<StrategyWords> strategies(const NoQuery& query) const;
  [[nodiscard]] Page<Search, Id> searches(const SearchesQuery& query) const;
  /// What a search would cost, by the last blocks of its strategy and by the last hour of the fleet. Enumerates at most
  /// a million blocks.
  [[nodiscard]] Estimate estimate(const EstimateQuery& query) const;
  [[nodiscard]] Compaction compaction(const CompactQuery& query) const;
  [[nodiscard]] SearchDetail search(flow::SearchId id, const NoQuery& query) const;
  /// What the search proves so far, without `digest`.
  [[nodiscard]] QuotedCertificate certificate(flow::SearchId id, const NoQuery& query) const;
  /// These two are about the horizon: see horizon_view.hpp.
  [[nodiscard]] Horizon horizon(const NoQuery& query) const;
  [[nodiscard]] List<HorizonBound> horizon_bounds(const NoQuery& query) const;
  /// Counts all findings of the search.
  [[nodiscard]] Totals totals(flow::SearchId id, const NoQuery& query) const;
  [[nodiscard]] Page<Result, Wide> results(flow::SearchId id, const ResultsQuery& query) const;
  [[nodiscard]] Page<Finding, Text> findings(flow::SearchId id, const FindingsQuery& query) const;
  [[nodiscard]] List<Margin> margin(flow::SearchId id, const MarginQuery& query) const;
  [[nodiscard]] List<Pace> pace(flow::SearchId id, const HistoryQuery& query) const;
  [[nodiscard]] Durations durations(flow::SearchId id, const DurationsQuery& query) const;
  [[nodiscard]] Page<Block, Id> blocks(const BlocksQuery& query) const;
  [[nodiscard]] BlockDetail block(flow::BlockId id, const NoQuery& query) const;
  [[nodiscard]] List<ErrorGroup> error_groups(const ErrorsQuery& query) const;
  [[nodiscard]] List<Worker> workers(const WorkersQuery& query) const;
  [[nodiscard]] List<Queue> queues(const NoQuery& query) const;
  [[nodiscard]] List<QueueHistory> queue_history(const HistoryQuery& query) const;
  [[nodiscard]] List<Finding> records(const RecordsQuery& query) const;
  [[nodiscard]] Page<Event, Id> events(const EventsQuery& query) const;
  [[nodiscard]] List<EventCount> event_counts(const HistoryQuery& query) const;
  [[nodiscard]] Drain drain(const NoQuery& query) const;

 private:
  /// A search with its progress and proof.
  struct Standing;
  [[nodiscard]] std::vector<Standing> standings(std::vector<flow::SearchRecord> records) const;
  [[nodiscard]] std::vector<Standing> standings() const;
  /// Throws Refused (404) if there is no such search.
  [[nodiscard]] Standing standing(flow::SearchId id) const;
  /// Throws Refused (404) if there is no such search.
  [[nodiscard]] flow::SearchRecord existing(flow::SearchId id) const;
  /// At most `limit` searches, ordered by id. Running ones are chosen before paused and failed ones, and these before
  /// those that are over; within each group the newest.
  [[nodiscard]] static std::vector<const Standing*> first_shown(const std::vector<Standing>& all, std::size_t limit);
  /// The alarms that were not withdrawn.
  [[nodiscard]] std::vector<Alarm> alarms() const;
  /// Whether the alarm is withdrawn: the result that it is about is no longer the accepted one.
  [[nodiscard]] bool is_withdrawn(const flow::EventRecord& alarm) const;
  [[nodiscard]] static Verdict verdict(const std::vector<Standing>& all, const std::vector<Alarm>& alarms,
                                       bool has_fault);
  [[nodiscard]] Drain drain_of(const flow::Control& control, const std::vector<flow::QueueActivity>& activities) const;
  [[nodiscard]] std::vector<Block> block_views(const std::vector<flow::BlockRecord>& records) const;
  /// How deep the first `count` of robin.blocks, robin.results and robin.dead are.
  [[nodiscard]] std::vector<flow::QueueActivity> look_at_queues(std::size_t count) const;

  flow::Store& store_;
  flow::ClusterStore* cluster_;
  const search::Strategies& strategies_;
  const Surroundings& surroundings_;
};

/// Where a page of findings ended, as text that goes into a URL. cursor_from() returns nullopt for a text that
/// cursor_text() did not write.
[[nodiscard]] std::string cursor_text(const flow::FindingCursor& cursor);
[[nodiscard]] std::optional<flow::FindingCursor> cursor_from(const std::string& text);

}  // namespace robin::api
