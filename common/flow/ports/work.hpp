#pragma once

// Work: one block to compute, for one purpose and in one run of it. Its key is (block, purpose, run); results are
// stored append-only under it, so that a copy of a message or a late result changes nothing.

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
  /// Of a check: workers that found the results to be checked, and should leave it to others.
  std::vector<std::string> avoid = {};
  /// Of a refinement: the certifier's state where the block begins.
  std::map<std::string, std::string> origin = {};
  Provenance provenance = {};
  friend bool operator==(const Work&, const Work&) = default;
};

/// What a consumer found for a piece of work.
struct WorkResult {
  search::BlockResult result;
  /// Time of computing, for statistics only.
  double elapsed_seconds;
  friend bool operator==(const WorkResult&, const WorkResult&) = default;
};

}  // namespace robin::flow
