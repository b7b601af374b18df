#pragma once

// compute: takes blocks from robin.blocks, computes them on worker threads, publishes the results, and acks a block
// only when the saver answered `saved`. It holds no state that matters: whatever it does not ack comes again, here or
// elsewhere, and is recognised there.

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "flow/broker.hpp"
#include "flow/ids.hpp"
#include "runtime/deadline.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// What a block passes on its way through a consumer.
enum class Moment { Published, Delivered, Begun, Computed, Saved };

/// Told of a block's moments as they happen, of Published once the block is delivered. Called by the consumer's loop;
/// must return at once.
using MomentSink = std::function<void(BlockId, Moment, std::chrono::system_clock::time_point)>;

struct ComputeOptions {
  /// Named in reports.
  std::string worker;
  /// Blocks computed at once.
  unsigned slots = 1;
  /// Blocks that may wait for `saved`, beside those being computed.
  unsigned awaiting = 2;
  /// A block still computing after this long is reported `started`.
  runtime::Milliseconds started_after{1000};
  /// And again each time it has computed for so long: its lease goes on.
  runtime::Milliseconds heard_every{15'000};
  /// A query without an answer is repeated after this, then after twice as long, up to `answer_timeout`: nothing is
  /// computed meanwhile.
  runtime::Milliseconds query_timeout{2'000};
  /// A report without confirm or answer for so long is published again.
  runtime::Milliseconds answer_timeout{30'000};
  /// A report may wait so long for others to travel with, while more blocks are here than slots: of short blocks many
  /// go as one message, and where a slot would be idle for want of an ack each goes at once.
  runtime::Milliseconds linger{20};
  /// A report that the broker refused is published again after this.
  runtime::Milliseconds publish_retry{200};
  /// A check that this worker should leave to others is left after about this (half as much to half as much again, by
  /// chance): left at once it might come again at once.
  runtime::Milliseconds avoid_wait{300};
  /// A delivery that was not begun for so long is left to others.
  runtime::Milliseconds hold{60'000};
  /// Whether a block that is abandoned leaves what was found of it, and is split there; else it is left whole.
  bool splits = true;
  /// How long the reports of abandoned blocks, and of those just computed, may take to be saved; what is not saved by
  /// then is handed back.
  runtime::Milliseconds abandon_wait{5'000};
  /// Told how the loop does.
  runtime::OptionalVitals vitals = {};
  /// For load tests; may be empty.
  MomentSink on_moment = {};
};

struct ComputeReport {
  std::uint64_t saved = 0;
  std::uint64_t failed = 0;
  std::uint64_t handed_back = 0;
  /// Blocks of which a prefix was saved.
  std::uint64_t split = 0;
  std::uint64_t rejected = 0;
  /// Left to other workers: checks that are not for this one, and what waited for too long.
  std::uint64_t left = 0;
};

/// Runs until `stop` is requested and everything begun is saved. On `abandon` blocks being computed end at the next
/// slice: what was found is saved as theirs, and the rest is left to others. Abandoning stops too.
ComputeReport compute(Broker& broker, const search::Strategies& strategies, const ComputeOptions& options,
                      runtime::Log& log, const std::stop_token& stop, const std::stop_token& abandon);

}  // namespace robin::flow
