#pragma once

// How `status` and `blocks` show the ledger: JSON with the keys of the contract, or text for people.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flow/broker.hpp"
#include "flow/ledger_views.hpp"
#include "flow/store.hpp"

namespace robin::cli {

struct SearchStatus {
  flow::SearchRecord record;
  flow::SearchProgress progress;
  flow::AuditFrontier audited;
};

struct QueueStatus {
  std::string name;
  flow::QueueDepth depth;
};

struct ClusterStatus {
  std::vector<SearchStatus> searches;
  flow::Control control;
  std::vector<QueueStatus> queues;
  /// Those of kind alarm.
  std::vector<flow::EventRecord> alarms;
};

/// How full these queues are; not known where the management API cannot be asked.
[[nodiscard]] std::vector<QueueStatus> read_queues(std::span<const char* const> names,
                                                   const std::optional<std::string>& management_url);
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<QueueStatus>& queues);
/// One line for each.
[[nodiscard]] std::string lines_of(const std::vector<QueueStatus>& queues);

/// running; finished; or failed: nothing is left to do but blocks that failed.
[[nodiscard]] std::string state_of(const SearchStatus& search);

[[nodiscard]] std::string json_text(const ClusterStatus& status, const search::Strategies& strategies);
[[nodiscard]] std::string plain_text(const ClusterStatus& status, const search::Strategies& strategies);

/// A block together with the strategy of its search, which spells its positions.
struct BlockView {
  flow::BlockRecord record;
  const search::Strategy* strategy;
};

[[nodiscard]] nlohmann::ordered_json to_json(const BlockView& block);
/// One line for each block under a line of headings.
[[nodiscard]] std::string table(const std::vector<BlockView>& blocks);
/// Everything about one block, with its failures.
[[nodiscard]] std::string plain_text(const BlockView& block, const std::vector<flow::FailureRecord>& failures);

}  // namespace robin::cli
