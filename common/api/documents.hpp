#pragma once

// Documents: what the API answers, as JSON with the keys of the contract (README, "JSON"), each from a few bounded
// reads of the ledger. Big integers are strings, times RFC 3339 in UTC, ages seconds. Any thread may call.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapters/rabbitmq_management.hpp"
#include "flow/broker.hpp"
#include "flow/store.hpp"

namespace robin::api {

using Json = nlohmann::ordered_json;

/// What a cluster has beside its ledger.
struct Surroundings {
  /// Where there is none, queues are not known.
  adapters::ManagementApi management = {};
  /// Pages that belong to this cluster, for people: name and address.
  std::vector<std::pair<std::string, std::string>> links = {};
};

class Documents {
 public:
  /// All outlive this object.
  Documents(flow::Store& store, const search::Strategies& strategies, const Surroundings& surroundings)
      : store_(store), strategies_(strategies), surroundings_(surroundings) {}

  /// searches[], drain{}, queues[], alarms[]
  [[nodiscard]] Json status() const;
  /// What a page shows first: verdict{level, sentence, detail}, problems[] in words, searches[], drain{}, queues[],
  /// services[], workers{}, alarms[]
  [[nodiscard]] Json overview() const;
  [[nodiscard]] Json searches() const;
  [[nodiscard]] bool has_search(flow::SearchId id) const;
  /// nullopt: there is no such search.
  [[nodiscard]] std::optional<Json> search(flow::SearchId id) const;
  /// What it proves so far: the keys of the contract but `digest`, and `sentence`; nullopt if it certifies nothing.
  [[nodiscard]] std::optional<Json> certificate(flow::SearchId id) const;
  /// How many findings it has of each kind. Counts them all.
  [[nodiscard]] Json totals(flow::SearchId id) const;
  /// Finished blocks with everything their strategy keeps, in order of position: {items[], next}.
  [[nodiscard]] Json results(flow::SearchId id, search::Position from, std::size_t limit) const;
  [[nodiscard]] Json blocks(const flow::BlockFilter& filter, std::size_t limit) const;
  /// With its failures.
  [[nodiscard]] std::optional<Json> block(flow::BlockId id) const;
  [[nodiscard]] Json error_groups(std::optional<flow::SearchId> search, std::size_t limit) const;
  [[nodiscard]] Json workers(std::size_t limit) const;
  [[nodiscard]] Json queues() const;
  [[nodiscard]] Json queue_history(std::chrono::seconds span, std::chrono::seconds width) const;
  [[nodiscard]] Json records(std::optional<flow::SearchId> search, flow::Finding kind, std::size_t top) const;
  /// {items[], next}; `next` is the cursor of the next page, or null.
  [[nodiscard]] Json findings(flow::SearchId search, flow::Finding kind,
                              const std::optional<flow::FindingCursor>& after, std::size_t limit) const;
  /// The margin's history: x, log_n, log_log_n, margin as numbers to plot, the certified ones as strings.
  [[nodiscard]] Json margin(flow::SearchId search, std::size_t points) const;
  [[nodiscard]] Json pace(flow::SearchId search, std::chrono::seconds span, std::chrono::seconds width) const;
  /// How long the newest blocks took: count, p50, p95, max, and a histogram with logarithmic classes.
  [[nodiscard]] Json durations(flow::SearchId search, std::size_t blocks) const;
  [[nodiscard]] Json events(const std::optional<std::string>& kind, std::size_t limit) const;
  /// state (WRITABLE, DRAINING, DRAINED, UNKNOWN), epoch, in_flight, queues[], why
  [[nodiscard]] Json drain() const;

 private:
  [[nodiscard]] std::optional<flow::SearchRecord> find(flow::SearchId id) const;
  /// A search as it stands.
  struct Standing;
  [[nodiscard]] Standing standing(const flow::SearchRecord& record) const;
  [[nodiscard]] Json document(const Standing& search) const;
  [[nodiscard]] std::vector<Standing> standings() const;
  [[nodiscard]] Json alarms() const;
  [[nodiscard]] static Json verdict(const std::vector<Standing>& all, const Json& alarms, bool has_fault);
  [[nodiscard]] Json drain_document(const flow::Control& control,
                                    const std::vector<adapters::QueueActivity>& activities) const;
  [[nodiscard]] std::vector<Json> block_documents(const std::vector<flow::BlockRecord>& records) const;
  [[nodiscard]] Json finding_document(const flow::FindingRecord& record) const;
  [[nodiscard]] std::vector<adapters::QueueActivity> read_queues(const std::vector<flow::Queue>& queues) const;

  flow::Store& store_;
  const search::Strategies& strategies_;
  const Surroundings& surroundings_;
};

/// Where a page of findings ended, as text that goes into a URL; nullopt: not written by cursor_text().
[[nodiscard]] std::string cursor_text(const flow::FindingCursor& cursor);
[[nodiscard]] std::optional<flow::FindingCursor> cursor_from(const std::string& text);

}  // namespace robin::api
