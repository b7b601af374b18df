#pragma once

// FairTurns: decides which search has the next turn, that is, whose block is published next. A search with share 3 gets
// three times the computing seconds of one with share 1 while both have blocks, however long the blocks of each take.
//
// It is start-time fair queuing (Goyal, Vin, Cheng 1997) over a queue that serves in order. Each search has a virtual
// time: the seconds that were spent on it, divided by its share. The search with the least virtual time has the next
// turn. A block in flight counts with the mean time of its search's blocks, until its own time is known. A search that
// is new, or comes back after a pause, begins with the virtual time of the others: it has saved up no turns. Does no
// I/O; remembers an account of each search. Used by one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "flow/ports/ids.hpp"

namespace robin::flow {

/// A search that has something to publish, with what the ledger says of it now.
struct Contender {
  SearchId search;
  /// At least 1.
  std::uint32_t share;
  /// Blocks that are finished; how long these took to compute, together; blocks in flight.
  std::uint64_t finished;
  double computed_seconds;
  std::uint64_t in_flight;
  /// Blocks and orders that could be published.
  std::uint64_t available;
};

/// How much may be published. Blocks that wait in the queue delay whatever is published later, so long ones should not
/// wait in great number.
struct TurnLimits {
  /// How many blocks may be published now.
  std::uint64_t room;
  /// How many blocks of all searches wait for a worker now.
  std::uint64_t queued;
  /// This many may wait, however long they take.
  std::uint64_t queued_free;
  /// The same while there is a search of whose blocks no time is known: its first blocks should be computed soon.
  std::uint64_t queued_before_unknown;
  /// Beyond `queued_free`, the blocks that wait may take one worker at most this long together. While the time of any
  /// search's blocks is not known, none may wait beyond it.
  double queued_seconds = 10;
};

class FairTurns {
 public:
  /// A block counts for at least this long: it costs the fleet something even if it computes nothing.
  static constexpr double least_seconds = 0.0005;
  /// As long as no time of a search's blocks is known, it has at most this many in flight while others wait.
  static constexpr std::uint64_t unknown_in_flight = 2;

  /// The searches that have the next turns, in order. A search is named once for each block that it should publish, and
  /// no more often than it has something to publish.
  [[nodiscard]] std::vector<SearchId> next(std::span<const Contender> contenders, const TurnLimits& limits);

  /// The mean time of the last blocks of a search, in seconds, at least `least_seconds`; nullopt: none is known.
  [[nodiscard]] std::optional<double> block_seconds(SearchId search) const;

  /// Charges a search for orders of the auditor that were published: the seconds of finished blocks do not contain what
  /// orders take.
  void charge_orders(SearchId search, std::uint64_t orders);

 private:
  struct Account {
    double virtual_time = 0;
    /// The mean time of the last blocks; 0: not known.
    double block_seconds = 0;
    std::uint32_t share = 1;
    /// What the ledger said at the last look.
    std::uint64_t finished = 0;
    double computed_seconds = 0;
    /// The seconds for which the search was charged so far.
    double counted_seconds = 0;
  };

  void look(std::span<const Contender> contenders);
  static void note_pace(Account& account, const Contender& now);
  [[nodiscard]] static double estimate(const Account& account);

  std::map<SearchId, Account> accounts_;
};

}  // namespace robin::flow
