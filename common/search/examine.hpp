#pragma once

// examine: one block, on any number of threads. The block is cut into slices, threads examine them in any order, and
// the findings are appended in the order of the positions; so the result is the same for any number of threads.

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "search/block.hpp"
#include "search/findings.hpp"
#include "search/strategy.hpp"

namespace robin::search {

/// How many witnesses a block may keep in one process.
inline constexpr std::size_t witnesses_of_a_block = 4'000'000;

struct BlockResult {
  /// What was examined: the block asked for, or a prefix of it if examining was stopped (perhaps empty) or had enough.
  Block block;
  Findings findings;
  /// The digest, SHA-256 in lowercase hexadecimal, of the kind that the parameters name.
  std::string digest;

  friend bool operator==(const BlockResult&, const BlockResult&) = default;
};

struct ExamineOptions {
  unsigned threads = 1;
  /// When stop is requested, slices that were begun are finished, and the prefix without a gap is returned.
  std::stop_token stop;
  /// A block that keeps more witnesses ends with std::length_error: this bounds memory.
  std::size_t witnesses_max = witnesses_of_a_block;
  /// Examining ends with the slice in which this many witnesses are reached (at least 1), and that prefix is returned,
  /// the same for any number of threads. The default: never.
  std::size_t witnesses_enough = SIZE_MAX;
  /// Called by each thread before each slice; a build for tests makes it wait (flow/loops/test_points.hpp).
  std::function<void()> before_slice = [] {};
};

/// Examines the block. Requires refuse_block(...) == nullopt (asserted). An exception of the strategy is passed on once
/// all threads have ended.  Memory: a few slices a thread, and what is kept.
[[nodiscard]] BlockResult examine(const Strategy& strategy, const Block& block, const Parameters& parameters,
                                  const ExamineOptions& options);

/// The digest `exact` of findings over a block. Depends on the threshold (through the witnesses), not on mode, threads,
/// machine or compiler. The text that is hashed is specified in common/search/README.md.
[[nodiscard]] std::string exact_digest(const Strategy& strategy, const Block& block, const Findings& findings);

}  // namespace robin::search
