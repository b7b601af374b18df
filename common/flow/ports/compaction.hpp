#pragma once

// Compaction: blocks that were audited long ago are packed into ranges, which take a fraction of the disk. Every reader
// gives them as before, and nothing about them is open any more. Values.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace robin::flow {

struct CompactRules {
  /// How long ago a block must have finished to be compacted. None: only what a person orders is compacted.
  std::optional<std::chrono::seconds> retention = {};
  /// How many blocks of one search one call looks at: work for a fraction of a second.
  std::size_t at_once = 500;
  /// A range has at least this many blocks, unless a person ordered the compaction or no more blocks will come. Fewer
  /// blocks wait.
  std::size_t least = 100;
};

/// What was compacted so far.
struct CompactionRecord {
  /// Compacted blocks of all searches, and the ranges that they are in.
  std::uint64_t blocks = 0;
  std::uint64_t ranges = 0;
  /// Bytes of disk that the ranges take.
  std::uint64_t bytes = 0;
  /// When the last range was made; empty if there is none.
  std::string newest_at;
  /// What a person ordered last.
  struct Order {
    /// Blocks are meant that finished at least this long before the janitor looks.
    std::uint64_t older_than_seconds = 0;
    std::string ordered_by;
    std::string ordered_at;
    /// Empty until it is done.
    std::string done_at;
    /// Blocks that were compacted for this order.
    std::uint64_t blocks = 0;
  };
  std::optional<Order> order = {};
};

}  // namespace robin::flow
