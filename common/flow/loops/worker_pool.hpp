#pragma once

// WorkerPool: the slots of a consumer. A slot is one thread that examines one block at a time, and takes the next block
// by itself. The thread that talks to the broker never computes, so its heartbeats never wait.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "flow/ports/report.hpp"
#include "flow/ports/work.hpp"
#include "search/examine.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// The job ended early: the result of a prefix of its block, which has as many witnesses as one result should hold.
struct Piece {
  WorkResult prefix;
};
/// The job was abandoned, as the slot was told: the result of a prefix of its block, if there is any.
struct Abandoned {
  std::optional<WorkResult> prefix;
};
/// How a job left its slot: with a whole result, with a piece, because the strategy failed, or abandoned.
struct Computed {
  std::uint64_t job;
  std::variant<WorkResult, Piece, Failed, Abandoned> outcome;
};
struct Begun {
  std::uint64_t job;
  std::chrono::system_clock::time_point at;
};

/// What a slot says in one call: the job that it has done, and the job that it begins now. Either may be missing.
struct Turn {
  std::optional<Computed> done;
  std::optional<Begun> next;
};

class WorkerPool {
 public:
  struct Options {
    unsigned slots;
    /// A result with more witnesses is an error of the block (limit_exceeded).
    std::size_t witnesses_max;
    /// A block of a search ends as a Piece with the slice in which it reaches this many witnesses.
    std::size_t witnesses_enough;
  };

  /// `told` is called by the threads of the slots. When `abandon` is requested, jobs in slots end as Abandoned.
  WorkerPool(const Options& options, const search::Strategies& strategies, std::stop_token abandon,
             std::function<void(Turn)> told);
  /// Waits for the jobs in slots. Jobs that no slot has begun are dropped.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // One thread calls all of these.

  /// Adds a job to the queue. Slots take jobs in the order in which they were submitted. A slot that waits takes one
  /// only after wake().
  void submit(std::uint64_t job, Work work);
  /// Wakes slots for the jobs that were submitted since the last call.
  void wake();
  /// Removes a job from the queue; false if a slot has begun it.
  [[nodiscard]] bool withdraw(std::uint64_t job);
  /// Lets a job in a slot end as Abandoned at its next slice. If it has just been done, it stays done.
  void abandon(std::uint64_t job);

 private:
  struct Job {
    std::uint64_t number;
    Work work;
    /// Abandons this job alone.
    std::stop_source abandoned = {};
  };

  void serve();
  /// Says what was done, waits for a job, and says that it begins; nullopt when the pool ends.
  std::optional<Job> next(std::optional<Computed> done);
  [[nodiscard]] Computed compute(const Job& job) const;
  [[nodiscard]] search::BlockResult result_of(const search::Strategy& strategy, const Job& job) const;

  [[nodiscard]] std::size_t enough_for(const Work& work) const;

  Options options_;
  const search::Strategies& strategies_;
  std::stop_token abandon_;
  std::function<void(Turn)> told_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  /// The jobs in slots.
  std::map<std::uint64_t, std::stop_source> in_hand_;
  bool is_ending_ = false;
  /// How many jobs were submitted since the last wake().
  std::size_t fresh_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace robin::flow
