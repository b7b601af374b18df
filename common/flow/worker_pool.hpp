#pragma once

// WorkerPool: the compute slots of a consumer. Each slot is one thread that examines one block at a time; the thread
// that talks to the broker never computes, so its heartbeats never wait.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "flow/report.hpp"
#include "flow/work.hpp"
#include "search/examine.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// What a slot made of a job: a result, an error of the strategy, or what it had when it was told to abandon it: the
/// result of a prefix of the block, perhaps nothing.
struct Abandoned {
  std::optional<WorkResult> prefix;
};
struct Computed {
  std::uint64_t job;
  std::variant<WorkResult, Failed, Abandoned> outcome;
};

class WorkerPool {
 public:
  /// `done` is called from the slots' threads. Jobs in hand when `abandon` is requested end as Abandoned.
  WorkerPool(unsigned slots, const search::Strategies& strategies, std::stop_token abandon,
             std::function<void(Computed)> done);
  /// Waits for the jobs in hand; what was not begun is dropped.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(std::uint64_t job, Work work);

 private:
  struct Job {
    std::uint64_t number;
    Work work;
  };

  void serve(const std::stop_token& end);
  [[nodiscard]] Computed compute(const Job& job) const;
  [[nodiscard]] search::BlockResult result_of(const search::Strategy& strategy, const Work& work) const;

  const search::Strategies& strategies_;
  std::stop_token abandon_;
  std::function<void(Computed)> done_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Job> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace robin::flow
