#pragma once

// Documents: what the API answers, as JSON with the keys of the contract (README, "JSON"), each from a few bounded
// reads of the ledger. Big integers are strings, times RFC 3339 in UTC, ages seconds. Any thread may call.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "flow/broker.hpp"
#include "flow/store.hpp"

namespace robin::api {

using Json = nlohmann::ordered_json;

class Documents {
 public:
  /// All outlive this object.
  Documents(flow::Store& store, const search::Strategies& strategies, const std::optional<std::string>& management_url)
      : store_(store), strategies_(strategies), management_url_(management_url) {}

  /// searches[], drain{}, queues[], alarms[]
  [[nodiscard]] Json status() const;
  [[nodiscard]] Json searches() const;
  /// nullopt: there is no such search.
  [[nodiscard]] std::optional<Json> search(flow::SearchId id) const;
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
  [[nodiscard]] Json search_document(const flow::SearchRecord& record) const;
  [[nodiscard]] std::vector<Json> block_documents(const std::vector<flow::BlockRecord>& records) const;
  [[nodiscard]] Json finding_document(const flow::FindingRecord& record) const;
  [[nodiscard]] Json read_queues(const std::vector<flow::Queue>& queues) const;

  flow::Store& store_;
  const search::Strategies& strategies_;
  const std::optional<std::string>& management_url_;
};

/// Where a page of findings ended, as text that goes into a URL; nullopt: not written by cursor_text().
[[nodiscard]] std::string cursor_text(const flow::FindingCursor& cursor);
[[nodiscard]] std::optional<flow::FindingCursor> cursor_from(const std::string& text);

}  // namespace robin::api
