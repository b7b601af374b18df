#pragma once

// compute: the consumer's work. It takes blocks from robin.blocks, computes them on worker threads, publishes the
// results, and acks a block only when the saver has answered `saved`. It holds no state that matters: a block that it
// does not ack is delivered again, here or elsewhere, and is recognised there.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "core/deadline.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/ids.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// A point in the timeline of a block on its way through a consumer.
enum class Moment { Published, Delivered, Begun, Computed, Saved };

/// Called by the consumer's loop at each moment of a block; for Published when the block is delivered. It must return
/// at once.
using MomentSink = std::function<void(BlockId, Moment, std::chrono::system_clock::time_point)>;

struct ComputeOptions {
  /// The name of this worker in its reports.
  std::string worker;
  /// How many blocks are computed at once.
  unsigned slots = 1;
  /// How many more blocks the broker may deliver: they wait for a slot, or their reports for an answer. Together with
  /// `slots` at most prefetch_max (asserted).
  unsigned awaiting = 2;

  // Computing.

  /// A block that has been computed for this time is reported `started`.
  core::Milliseconds started_after{1000};
  /// It is reported `started` again each time this has passed, so that its lease does not end.
  core::Milliseconds heard_every{15'000};
  /// Each time this has passed, the consumer asks whether blocks that were reported `started` are still wanted: the
  /// search may be cancelled, or another worker was faster. A block that is not wanted is abandoned at its next slice.
  core::Milliseconds asked_every{3'000};
  /// When a block was not wanted any more: for this time the consumer asks about other blocks of the same search before
  /// it begins them.
  core::Milliseconds doubted_for{60'000};

  // Reporting.

  /// A query that was not answered is repeated after this time. Each further wait is twice as long, up to
  /// `answer_timeout`. The block is not computed meanwhile.
  core::Milliseconds query_timeout{2'000};
  /// A report that was not answered is repeated each time this has passed.
  core::Milliseconds answer_timeout{30'000};
  /// A report that the broker did not take is published again after this time.
  core::Milliseconds publish_retry{200};
  /// A short report may wait for others to travel with at most this long (LinkOptions::linger). It does not wait where
  /// no block waits for a slot: the next block comes only after an ack.
  core::Milliseconds linger{20};

  // Leaving blocks to other workers.

  /// A check of this worker's own result is left to other workers after this time, with jitter of a half. If it were
  /// left at once, it might be delivered here again at once.
  core::Milliseconds avoid_wait{300};
  /// A block that has waited for a slot for this time is left to other workers.
  core::Milliseconds hold{60'000};

  // Large results.

  /// Whether a block may be split: after the slice in which it has `witnesses_a_result` witnesses, and where it is
  /// abandoned. If not, it is computed whole, and an abandoned block is left whole to other workers.
  bool splits = true;
  /// A block ends early with the slice in which it reaches this many witnesses, at least 1. What was found so far is
  /// reported, and the rest becomes a block of its own. The saver then takes less than a second for the report.
  std::size_t witnesses_a_result = 10'000;
  /// What one result may hold. A result with more is an error of the block: limit_exceeded.
  bounds::Result result_max = bounds::of_a_fleet;

  // Ending.

  /// After `abandon` was requested, the consumer waits at most this long for answers. Then it hands back the blocks
  /// that have none.
  core::Milliseconds abandon_wait{5'000};

  /// Gets the loop's metrics and signs of life.
  runtime::OptionalVitals vitals = {};
  /// For load tests; may be empty.
  MomentSink on_moment = {};
};

struct ComputeReport {
  /// Whole blocks, and pieces of blocks with many witnesses.
  std::uint64_t saved = 0;
  std::uint64_t failed = 0;
  std::uint64_t handed_back = 0;
  /// Blocks that were abandoned, of which a prefix was saved.
  std::uint64_t split = 0;
  std::uint64_t rejected = 0;
  /// Left to other workers: checks of this worker's own results, and blocks that waited too long or were abandoned.
  std::uint64_t left = 0;
};

/// Runs until `stop` is requested and every block that was begun is saved. On `abandon` it stops, too, and the blocks
/// being computed end at their next slice: what was found of them is saved, and the rest is left to other workers.
ComputeReport compute(Broker& broker, const search::Strategies& strategies, const ComputeOptions& options,
                      runtime::Log& log, const std::stop_token& stop, const std::stop_token& abandon);

}  // namespace robin::flow
