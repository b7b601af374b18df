#pragma once

// OwnComputation: what the auditor computes itself, one block at a time, on one thread beside its loop, which goes on
// meanwhile; and where no block is asked for, whatever else is to be done there. For that loop's thread alone.

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "flow/loops/inbox.hpp"
#include "flow/ports/audit_ledger.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "runtime/log.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

class OwnComputation {
 public:
  /// `told` is called by the thread that computed, when it has.
  OwnComputation(runtime::Log& log, std::function<void()> told) : log_(log), told_(std::move(told)) {}
  OwnComputation(const OwnComputation&) = delete;
  OwnComputation& operator=(const OwnComputation&) = delete;
  /// Waits for the slice at hand, or for the refinement.
  ~OwnComputation();

  struct Outcome {
    /// Of the block, or of its refinement; empty: it cannot be computed here.
    std::string digest;
    /// Case::is_by_slices.
    bool is_by_slices = false;
  };
  /// Reads a stored result.
  using Read = std::function<std::optional<AcceptedResult>(const WorkKey&)>;
  /// nullopt: not known yet; it is begun if nothing else is being computed, and what is done meanwhile is asked to
  /// stop.
  [[nodiscard]] std::optional<Outcome> outcome(const Case& of, const OwnWork& work, const SearchSpec& spec,
                                               const search::Strategies& strategies, const Read& read);
  /// Does this until it ends, or until a block is to be computed; nothing happens if something is done already, or a
  /// block that was asked for in this round waits. `work` returns soon after stop is requested.
  void do_meanwhile(std::function<void(const std::stop_token&)> work);
  /// Whoever waits for a block asks again.
  void begin_round() { block_waits_ = false; }
  /// Whether something is computed, or was and nobody asked since.
  [[nodiscard]] bool is_busy() const { return busy_with_.has_value() || works_meanwhile_; }
  /// What was known of the block was used.
  void forget(BlockId block);

 private:
  struct Key {
    BlockId block;
    search::Position end;
    bool of_refinement;
    /// The digests of which the slices are to tell the right one.
    std::set<std::string> digests;
    friend auto operator<=>(const Key&, const Key&) = default;  // NOLINT(modernize-use-nullptr)
  };
  struct Done {
    Key key;
    Outcome outcome;
  };

  runtime::Log& log_;
  std::function<void()> told_;
  std::map<Key, Outcome> known_;
  Inbox<Done> done_;
  std::optional<Key> busy_with_;
  std::atomic<bool> works_meanwhile_ = false;
  bool block_waits_ = false;
  std::jthread thread_;
};

}  // namespace robin::flow
