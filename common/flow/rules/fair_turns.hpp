#pragma once

// FairTurns: whose block is published next where several searches have some, so that their computing seconds are to
// each other as their shares, however long the blocks of each take. It is start-time fair queuing (Goyal, Vin, Cheng
// 1997) over a queue that serves in order: each search has a virtual time, the seconds that were spent on it over its
// share, and the turn is of the search whose virtual time is least. What is in flight is counted by the mean of its
// search's blocks until the truth is known. A search that comes, or comes back, begins where the others are: nobody
// saves up turns, and nobody waits for one. Pure but for what it remembers of each search. Used by one thread.

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "flow/ports/ids.hpp"

namespace robin::flow {

/// A search that has something to publish.
struct Contender {
  SearchId search;
  /// At least 1.
  std::uint32_t share;
  /// Of its blocks, as the ledger says now.
  std::uint64_t finished;
  double computed_seconds;
  std::uint64_t in_flight;
  /// How many blocks and orders it could publish.
  std::uint64_t available;
};

/// How much may be published.
struct TurnLimits {
  /// So many blocks.
  std::uint64_t room;
  /// So many of all searches wait for a worker.
  std::uint64_t queued;
  /// Up to so many wait whatever they take.
  std::uint64_t queued_free;
  /// Only so many where a search has come whose blocks nobody knows yet: its first ones are to be computed soon.
  std::uint64_t queued_before_unknown;
  /// Beyond that, no more than take one worker so long, and none as long as nobody knows how long they take: what comes
  /// later would wait behind them.
  double queued_seconds = 10;
};

class FairTurns {
 public:
  /// A block counts for at least so long: it costs the fleet something even if it computes nothing.
  static constexpr double least_seconds = 0.0005;
  /// While nobody knows how long blocks of a search take, it has so many in flight at most if others wait.
  static constexpr std::uint64_t unknown_in_flight = 2;

  /// The searches whose turns come next, in order, each no more often than it has something to publish.
  [[nodiscard]] std::vector<SearchId> next(std::span<const Contender> contenders, const TurnLimits& limits);

  /// Orders of the auditor were published: what they take is never among the seconds of finished blocks.
  void charge_orders(SearchId search, std::uint64_t orders);

 private:
  struct Account {
    double virtual_time = 0;
    /// The mean of the last blocks; 0: not known.
    double block_seconds = 0;
    std::uint32_t share = 1;
    /// As they were at the last look.
    std::uint64_t finished = 0;
    double computed_seconds = 0;
    /// What was counted so far.
    double counted_seconds = 0;
  };

  void look(std::span<const Contender> contenders);
  static void note_pace(Account& account, const Contender& now);
  [[nodiscard]] static double estimate(const Account& account);

  std::map<SearchId, Account> accounts_;
};

}  // namespace robin::flow
