#pragma once

// OwnComputation: the thread on which the auditor computes itself, beside its loop. It computes one block at a time,
// for a dispute; while no block is wanted, it does other work (slices of undisputed results). Only the loop's thread
// uses this object.

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
  /// `told` is called by the computing thread when it has finished something.
  OwnComputation(runtime::Log& log, std::function<void()> told) : log_(log), told_(std::move(told)) {}
  OwnComputation(const OwnComputation&) = delete;
  OwnComputation& operator=(const OwnComputation&) = delete;
  /// Waits for the slice, or the refinement, that is being computed.
  ~OwnComputation();

  struct Outcome {
    /// The digest of the block, or of its refinement; empty if it cannot be computed here.
    std::string digest;
    /// Case::is_by_slices.
    bool is_by_slices = false;
  };
  /// Reads a stored result.
  using Read = std::function<std::optional<AcceptedResult>(const WorkKey&)>;
  /// The outcome for a case; nullopt if it is not known yet. Then it is begun if no other block is being computed, and
  /// other work is asked to stop. Ask again later.
  [[nodiscard]] std::optional<Outcome> outcome(const Case& of, const OwnWork& work, const SearchSpec& spec,
                                               const search::Strategies& strategies, const Read& read);
  /// Does `work` until it ends, or until a block is wanted. Nothing happens if the thread is busy, or if a block that
  /// was asked for in this round waits. `work` must return soon after its stop is requested.
  void do_meanwhile(std::function<void(const std::stop_token&)> work);
  /// Begins a round of the loop, in which outcome() is called for every case that waits.
  void begin_round() { block_waits_ = false; }
  /// Whether the thread computes, or has finished a block of which outcome() was not asked since.
  [[nodiscard]] bool is_busy() const { return busy_with_.has_value() || works_meanwhile_; }
  /// Forgets the outcome of a block, which was used.
  void forget(BlockId block);

 private:
  struct Key {
    BlockId block;
    search::Position end;
    bool of_refinement;
    /// The digests of the results of which the slices have to tell the right one.
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
