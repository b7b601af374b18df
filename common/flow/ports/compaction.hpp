#pragma once

// Compaction: blocks that were audited long ago are packed into ranges, which take a fraction of the room; every reader
// reads them as before, and nothing about them is open any more. Values.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace robin::flow {

struct CompactRules {
  /// Blocks that finished so long ago are compacted; none: only what a person orders.
  std::optional<std::chrono::seconds> retention = {};
  /// Blocks of one search that one call looks at: a fraction of a second's work.
  std::size_t at_once = 500;
  /// Fewer of them wait for others to share a range with, unless a person ordered it, or no others will come.
  std::size_t least = 100;
};

/// What one call did.
struct Compacted {
  std::uint64_t blocks = 0;
  /// There may be more.
  bool is_more = false;
};

/// How compaction stands.
struct CompactionRecord {
  /// Of all searches.
  std::uint64_t blocks = 0;
  std::uint64_t ranges = 0;
  /// What the ranges take of the disk.
  std::uint64_t bytes = 0;
  /// When the last range was made; empty if there is none.
  std::string newest_at;
  /// What a person ordered last.
  struct Order {
    /// Blocks that finished so many seconds before the call that compacts them.
    std::uint64_t older_than_seconds = 0;
    std::string ordered_by;
    std::string ordered_at;
    /// Empty until it is done.
    std::string done_at;
    /// Blocks that were compacted since.
    std::uint64_t blocks = 0;
  };
  std::optional<Order> order = {};
};

}  // namespace robin::flow
