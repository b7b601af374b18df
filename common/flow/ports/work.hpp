#pragma once

// Work: one block to compute, for one purpose, in one run of it. The three are its key. A result is stored under that
// key once and never changed, so a copy of a message or a late result changes nothing.

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flow/ports/ids.hpp"
#include "flow/ports/provenance.hpp"
#include "flow/ports/purpose.hpp"
#include "search/block.hpp"
#include "search/examine.hpp"
#include "search/parameters.hpp"

namespace robin::flow {

struct WorkKey {
  BlockId block;
  Purpose purpose;
  std::uint32_t run;
  friend auto operator<=>(const WorkKey&, const WorkKey&) = default;  // NOLINT(modernize-use-nullptr)
};

struct Work {
  WorkKey key;
  SearchId search;
  Attempt attempt;
  std::string strategy;
  search::Parameters parameters;
  search::Block block;
  /// For a check: the workers that found the results in question. They, and all others on their machines, leave it to
  /// others.
  std::vector<std::string> avoid = {};
  /// For a refinement: the certifier's state where the block begins.
  std::map<std::string, std::string> origin = {};
  Provenance provenance = {};
  friend bool operator==(const Work&, const Work&) = default;
};

/// What a consumer found for a piece of work.
struct WorkResult {
  search::BlockResult result;
  /// How long it took to compute, for statistics and for the shares of searches (FairTurns).
  double elapsed_seconds;
  friend bool operator==(const WorkResult&, const WorkResult&) = default;
};

}  // namespace robin::flow
