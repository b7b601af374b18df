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
  /// Over all searches.
  flow::BlockCounts counts = {};
  /// Searches that are not finished.
  std::uint64_t open_searches = 0;
  /// Some of an open search's blocks do not exist yet.
  bool is_planning = false;
  /// Why the auditor does not go on, by search.
  std::map<std::int64_t, std::string> objections = {};
  flow::QueueActivity blocks = {};
  flow::QueueActivity results = {};
  flow::QueueActivity dead = {};
  /// Connections to the database by name of the service; none: it cannot tell.
  std::optional<std::map<std::string, std::uint64_t>> services = {};
  /// Since any worker was heard of; none: never.
  std::optional<double> silent_seconds = {};
};

/// The most hindering first; none: all is well.
[[nodiscard]] std::vector<Hindrance> diagnose(const ClusterFacts& facts);

}  // namespace robin::api
