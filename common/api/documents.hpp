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
  /// nullptr: queues are not known.
  flow::QueueWatch* queues = nullptr;
  /// Pages that belong to this cluster, for people.
  std::vector<Link> links = {};
  /// Of the libraries that this program is made of.
  OrderedTexts versions = {};
};

class Documents {
 public:
  /// All outlive this object; `cluster` is nullptr over a file: what is asked of a cluster is refused then.
  Documents(flow::Store& store, flow::ClusterStore* cluster, const search::Strategies& strategies,
            const Surroundings& surroundings)
      : store_(store), cluster_(cluster), strategies_(strategies), surroundings_(surroundings) {}

  [[nodiscard]] flow::Store& store() const { return store_; }
  [[nodiscard]] flow::ClusterStore& cluster() const;
  [[nodiscard]] const search::Strategies& known_strategies() const { return strategies_; }

  [[nodiscard]] Status status(const NoQuery& query) const;
  [[nodiscard]] Overview overview(const OverviewQuery& query) const;
  [[nodiscard]] Version version(const NoQuery& query) const;
  /// Those that were built in.
  [[nodiscard]] List<StrategyWords> strategies(const NoQuery& query) const;
  [[nodiscard]] Page<Search, Id> searches(const SearchesQuery& query) const;
  /// By the last blocks of its strategy, and by the last hour of the fleet. Enumerates a million blocks at most.
  [[nodiscard]] Estimate estimate(const EstimateQuery& query) const;
  [[nodiscard]] Compaction compaction(const CompactQuery& query) const;
  [[nodiscard]] SearchDetail search(flow::SearchId id, const NoQuery& query) const;
  /// What it proves so far, but for `digest`.
  [[nodiscard]] QuotedCertificate certificate(flow::SearchId id, const NoQuery& query) const;
  /// Both of the horizon: see horizon_view.hpp.
  [[nodiscard]] Horizon horizon(const NoQuery& query) const;
  [[nodiscard]] List<HorizonBound> horizon_bounds(const NoQuery& query) const;
  /// Counts them all.
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
  /// A search as it stands.
  struct Standing;
  [[nodiscard]] std::vector<Standing> standings(std::vector<flow::SearchRecord> records) const;
  [[nodiscard]] std::vector<Standing> standings() const;
  /// Refused: there is none.
  [[nodiscard]] Standing standing(flow::SearchId id) const;
  /// Refused: there is none.
  [[nodiscard]] flow::SearchRecord existing(flow::SearchId id) const;
  /// So many, by id: those that are running come before those that may go on, and these before those that are over;
  /// then the newest.
  [[nodiscard]] static std::vector<const Standing*> first_shown(const std::vector<Standing>& all, std::size_t limit);
  /// Those that still stand.
  [[nodiscard]] std::vector<Alarm> alarms() const;
  /// Whether the result that it is about is no longer the accepted one.
  [[nodiscard]] bool is_withdrawn(const flow::EventRecord& alarm) const;
  [[nodiscard]] static Verdict verdict(const std::vector<Standing>& all, const std::vector<Alarm>& alarms,
                                       bool has_fault);
  [[nodiscard]] Drain drain_of(const flow::Control& control, const std::vector<flow::QueueActivity>& activities) const;
  [[nodiscard]] std::vector<Block> block_views(const std::vector<flow::BlockRecord>& records) const;
  /// Of the first of robin.blocks, robin.results, robin.dead.
  [[nodiscard]] std::vector<flow::QueueActivity> look_at_queues(std::size_t count) const;

  flow::Store& store_;
  flow::ClusterStore* cluster_;
  const search::Strategies& strategies_;
  const Surroundings& surroundings_;
};

/// Where a page of findings ended, as text that goes into a URL; nullopt: not written by cursor_text().
[[nodiscard]] std::string cursor_text(const flow::FindingCursor& cursor);
[[nodiscard]] std::optional<flow::FindingCursor> cursor_from(const std::string& text);

}  // namespace robin::api
