#pragma once

// Orders: what people may order of a cluster. The gateway and the command line both come here, so the checks, the drain
// that turns a search away, and the answers are the same. Throws BadRequest, Refused, and runtime::Error of the ledger.
// Used by one thread.

#include <string>

#include "api/documents.hpp"

namespace robin::api {

class Orders {
 public:
  /// `documents` outlives this object; `who` is the name under which its orders are recorded.
  Orders(const Documents& documents, std::string who) : documents_(documents), who_(std::move(who)) {}

  /// Throws Refused with 503 while the cluster is drained.
  Submission submit(const SubmitOrder& order);
  Retried retry(const RetryOrder& order);
  Drain switch_drain(const SwitchOrder& order);
  Compaction compact(const CompactOrder& order);

  /// Orders about one search; each answers how the search stands then. They throw Refused: 404 if there is no such
  /// search, 409 if it was cancelled, which is for good.
  SearchDetail pause(flow::SearchId search, const SearchOrder& order);
  SearchDetail resume(flow::SearchId search, const SearchOrder& order);
  SearchDetail cancel(flow::SearchId search, const SearchOrder& order);
  SearchDetail share(flow::SearchId search, const ShareOrder& order);

 private:
  SearchDetail control(flow::SearchId search, const flow::SearchControlOrder& order, const std::string& why);

  const Documents& documents_;
  std::string who_;
};

}  // namespace robin::api
