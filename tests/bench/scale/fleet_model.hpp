#pragma once

// A fleet as a discrete-event simulation: one producer, one broker, one ledger, one saver, and any number of consumers
// with stragglers and evictions. What it leaves out: the network (delays do not add up where results wait for nobody),
// and failures of the servers. A run is deterministic for its seed.

#include <cstdint>

namespace robin::bench {

/// What one block costs each server, in seconds of its time: measured (tests/bench/RESULTS.md).
struct Costs {
  /// The ledger, to plan, queue and mark a block.
  double plan = 0;
  /// The broker, for each of a block's messages: the block, its result, the reply.
  double message = 0;
  /// The ledger, for each transaction of the saver and for each result in it.
  double transaction = 0;
  double result = 0;
};

struct Fleet {
  std::uint32_t consumers = 1;
  /// A block on a machine of average speed.
  double block_seconds = 10;
  /// Machines differ: the standard deviation of the logarithm of their speeds, and how many are how much slower.
  double spread = 0.15;
  double straggler_share = 0.01;
  double straggler_factor = 5;
  /// How often a machine is taken away (a spot instance, a node that is drained), and how long until another comes.
  double evictions_per_hour = 0.05;
  double return_seconds = 90;
  /// How often that happens without a warning: then what was computed of the block is lost.
  double sudden_share = 0.2;
  /// Blocks that a consumer holds beside the one it computes.
  std::uint32_t awaiting = 2;
  std::uint64_t seed = 1;
};

struct Outcome {
  double blocks_per_second = 0;
  /// The share of the consumers' time that went into nothing that was saved.
  double overhead = 0;
  /// How busy each server is; 1 is saturated.
  double broker = 0;
  double ledger = 0;
  /// From a result until its consumer may ack the block.
  double save_seconds_p99 = 0;
};

/// Simulates long enough for about `blocks_max` blocks, at most. Cost: about a microsecond for each event, of which a
/// block has ten.
[[nodiscard]] Outcome simulate(const Costs& costs, const Fleet& fleet, std::uint64_t blocks_max);

}  // namespace robin::bench
