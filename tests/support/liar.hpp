#pragma once

// Liar: a consumer that lies. It computes as the real one does (flow::compute, with the consumer's own login), says
// what it likes of the share of blocks that it chose, the same each time it meets one of them, and signs with whatever
// names it likes, each on a thread of its own: so it also answers the checks of its own lies.

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "adapters/rabbitmq/connection.hpp"
#include "flow/ports/broker.hpp"
#include "flow/ports/work.hpp"
#include "search/strategy.hpp"

namespace robin::testing_support {

/// Changes what was found in a block; its digest is made anew afterwards. Returns false if the block has nothing to lie
/// about.
using Lie = std::function<bool(const search::Block& block, search::Findings& findings)>;

/// Conceals a witness.
[[nodiscard]] bool conceal_a_witness(const search::Block& block, search::Findings& findings);
/// Says that 27720, for which the inequality holds, violates it, with the ratio 9.
[[nodiscard]] bool claim_a_violation(const search::Block& block, search::Findings& findings);
/// In a certificate's block from 2^20 on: has S grow less than it does in one slice, and in the block with it, by so
/// little that no margin contradicts it. (The block before 2^20 is a single part, which takes seconds to compute
/// again.)
[[nodiscard]] bool lessen_a_slice(const search::Block& block, search::Findings& findings);

struct LiarOptions {
  adapters::RabbitmqOptions broker = {};
  Lie lie = {};
  /// It lies about one in `one_of` consecutive blocks, whose begins lie `block_size` positions apart; with 1 about all.
  std::uint64_t one_of = 1;
  std::uint64_t block_size = 1;
  /// Which one of `one_of` consecutive blocks: 0 is the first.
  std::uint64_t phase = 0;
  /// The names of workers with which it signs, each on a thread of its own.
  std::vector<std::string> names = {"liar/1"};
};

class Liar {
 public:
  explicit Liar(LiarOptions options);
  /// Stops within seconds; the blocks that it holds go back to the queue.
  ~Liar();
  Liar(const Liar&) = delete;
  Liar& operator=(const Liar&) = delete;

  /// Positions of the blocks that it has lied about so far, whether or not its reports were taken.
  [[nodiscard]] std::set<search::Position> lies() const;

 private:
  class LyingStrategy;

  LiarOptions options_;
  search::Strategies honest_;
  search::Strategies lying_;
  mutable std::mutex mutex_;
  std::set<search::Position> lies_;
  std::stop_source stop_;
  std::list<std::unique_ptr<flow::Broker>> brokers_;
  std::vector<std::jthread> threads_;
};

}  // namespace robin::testing_support
