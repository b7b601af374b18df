#pragma once

// WorkerPool: the compute slots of a consumer. Each slot is one thread that examines one block at a time and takes the
// next by itself; the thread that talks to the broker never computes, so its heartbeats never wait.

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

/// What a slot made of a job: a result, a prefix of the block that holds enough for one result, an error of the
/// strategy, or what it had when it was told to abandon it: the result of a prefix, perhaps nothing.
struct Piece {
  WorkResult prefix;
};
struct Abandoned {
  std::optional<WorkResult> prefix;
};
struct Computed {
  std::uint64_t job;
  std::variant<WorkResult, Piece, Failed, Abandoned> outcome;
};
struct Begun {
  std::uint64_t job;
  std::chrono::system_clock::time_point at;
};

/// What a slot tells at once: the job it has done and the one it begins now, either perhaps missing.
struct Turn {
  std::optional<Computed> done;
  std::optional<Begun> next;
};

class WorkerPool {
 public:
  struct Options {
    unsigned slots;
    /// A result with more witnesses is an error of the strategy.
    std::size_t witnesses_max;
    /// A block of a search ends as a Piece with the slice in which so many are reached.
    std::size_t witnesses_enough;
  };

  /// `told` is called from the slots' threads. Jobs in hand when `abandon` is requested end as Abandoned.
  WorkerPool(const Options& options, const search::Strategies& strategies, std::stop_token abandon,
             std::function<void(Turn)> told);
  /// Waits for the jobs in hand; what was not begun is dropped.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // These by one thread.

  /// Taken in this order; by a slot that waits, once wake() is called.
  void submit(std::uint64_t job, Work work);
  /// What was submitted may be begun.
  void wake();
  /// Takes back a job that no slot has begun; false if one has.
  [[nodiscard]] bool withdraw(std::uint64_t job);
  /// A job in a slot is to end as Abandoned at its next slice; one that has just been done is done.
  void abandon(std::uint64_t job);

 private:
  struct Job {
    std::uint64_t number;
    Work work;
    /// Of this job alone.
    std::stop_source abandoned = {};
  };

  void serve();
  /// Tells what was done, waits for a job and tells that it begins; nullopt at the end of the pool.
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
  /// By the jobs in slots.
  std::map<std::uint64_t, std::stop_source> in_hand_;
  bool is_ending_ = false;
  /// Submitted since wake().
  std::size_t fresh_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace robin::flow
