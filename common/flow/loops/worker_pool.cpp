#include "flow/loops/worker_pool.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <typeinfo>
#include <utility>

#include "core/contract.hpp"
#include "flow/loops/test_points.hpp"
#include "math/thread_caches.hpp"

namespace robin::flow {
namespace {

/// A name a person can read, for the errors a strategy is likely to throw.
std::string class_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return "out_of_memory";
  }
  return dynamic_cast<const std::length_error*>(&error) != nullptr ? "limit_exceeded" : "strategy_error";
}

}  // namespace

WorkerPool::WorkerPool(const Options& options, const search::Strategies& strategies, std::stop_token abandon,
                       std::function<void(Turn)> told)
    : options_(options), strategies_(strategies), abandon_(std::move(abandon)), told_(std::move(told)) {
  ROBIN_ASSERT(options.slots >= 1, "there is at least one slot");
  for (unsigned i = 0; i < options.slots; ++i) {
    threads_.emplace_back([this] { serve(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  arrived_.notify_all();
}

void WorkerPool::submit(std::uint64_t job, Work work) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back({job, std::move(work)});
  }
  ++fresh_;
}

void WorkerPool::wake() {
  if (fresh_ == 1) {
    arrived_.notify_one();
  } else if (fresh_ > 1) {
    arrived_.notify_all();
  }
  fresh_ = 0;
}

bool WorkerPool::withdraw(std::uint64_t job) {
  const std::scoped_lock lock(mutex_);
  return std::erase_if(jobs_, [job](const Job& waiting) { return waiting.number == job; }) > 0;
}

void WorkerPool::abandon(std::uint64_t job) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = in_hand_.find(job); found != in_hand_.end()) {
    found->second.request_stop();
  }
}

void WorkerPool::serve() {
  std::optional<Computed> done;
  while (const auto job = next(std::exchange(done, std::nullopt))) {
    {
      const std::stop_callback with_all(abandon_, [abandoned = job->abandoned]() mutable { abandoned.request_stop(); });
      done = compute(*job);
    }
    const std::scoped_lock lock(mutex_);
    in_hand_.erase(job->number);
  }
  math::release_thread_caches();
}

std::optional<WorkerPool::Job> WorkerPool::next(std::optional<Computed> done) {
  std::unique_lock lock(mutex_);
  if (jobs_.empty() && done) {
    // What is done waits for nothing.
    lock.unlock();
    told_({std::exchange(done, std::nullopt), std::nullopt});
    lock.lock();
  }
  arrived_.wait(lock, [this] { return is_ending_ || !jobs_.empty(); });
  if (is_ending_) {
    return std::nullopt;
  }
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  in_hand_.emplace(job.number, job.abandoned);
  lock.unlock();
  told_({std::move(done), Begun{job.number, std::chrono::system_clock::now()}});
  return job;
}

search::BlockResult WorkerPool::result_of(const search::Strategy& strategy, const Job& job) const {
  const Work& work = job.work;
  if (work.key.purpose.kind == Purpose::Kind::Refine) {
    search::BlockResult result{work.block, strategy.refine(work.block, work.parameters, work.origin), {}};
    result.digest = search::exact_digest(strategy, work.block, result.findings);
    return result;
  }
  search::ExamineOptions options;
  options.stop = job.abandoned.get_token();
  options.before_slice = slice_point;
  options.witnesses_max = options_.witnesses_max;
  options.witnesses_enough = enough_for(work);
  return search::examine(strategy, work.block, work.parameters, options);
}

/// What is checked is computed whole: the result of its block was bounded when it was found.
std::size_t WorkerPool::enough_for(const Work& work) const {
  return work.key.purpose.is_search() ? options_.witnesses_enough : SIZE_MAX;
}

Computed WorkerPool::compute(const Job& job) const {
  const search::Strategy* strategy = strategies_.find(job.work.strategy);
  ROBIN_ASSERT(strategy != nullptr, "decoded work names a strategy that exists");
  const auto begin = std::chrono::steady_clock::now();
  try {
    auto result = result_of(*strategy, job);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    if (result.block.is_empty()) {
      return {job.number, Abandoned{}};
    }
    if (result.block != job.work.block && result.findings.witnesses.size() >= enough_for(job.work)) {
      return {job.number, Piece{{std::move(result), elapsed.count()}}};
    }
    if (result.block != job.work.block) {
      return {job.number, Abandoned{WorkResult{std::move(result), elapsed.count()}}};
    }
    return {job.number, WorkResult{std::move(result), elapsed.count()}};
  } catch (const std::exception& error) {
    return {job.number, Failed{class_of(error), error.what()}};
  }
}

}  // namespace robin::flow
