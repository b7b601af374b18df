#pragma once

// Diagnosis: what stands in the way of a cluster, in words: where, what, and what to do next. A pure function of facts
// that were read before, so that it can be tested without a cluster. Any thread may call.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/model.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/ports/queue_watch.hpp"

namespace robin::api {

struct ClusterFacts {
  flow::ControlState control = flow::ControlState::Writable;
  /// Blocks of all searches, by state.
  flow::BlockCounts counts = {};
  /// Searches that are not finished.
  std::uint64_t open_searches = 0;
  /// Whether an open search has blocks that the producer has not planned yet.
  bool is_planning = false;
  /// Why the auditor certifies a search no further, by the search's id.
  std::map<std::int64_t, std::string> objections = {};
  flow::QueueActivity blocks = {};
  flow::QueueActivity results = {};
  flow::QueueActivity dead = {};
  /// How many connections each service has to the database, by its name; nullopt: the store cannot tell.
  std::optional<std::map<std::string, std::uint64_t>> services = {};
  /// Seconds since any worker was heard of; nullopt: none ever was.
  std::optional<double> silent_seconds = {};
};

/// What hinders the cluster, the worst first; empty if all is well.
[[nodiscard]] std::vector<Hindrance> diagnose(const ClusterFacts& facts);

}  // namespace robin::api
