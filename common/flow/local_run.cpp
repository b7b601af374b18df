#include "flow/local_run.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "contract.hpp"
#include "flow/compute.hpp"
#include "flow/inbox.hpp"
#include "flow/produce.hpp"
#include "flow/save.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

constexpr std::chrono::milliseconds look_interval{10};
constexpr std::chrono::milliseconds count_interval{200};
/// Blocks published ahead for each thread, so that none waits for the producer to look again.
constexpr std::uint64_t in_flight_per_thread = 16;
/// Short blocks wait for `saved` longer than they compute.
constexpr unsigned awaiting_per_thread = 8;

/// Runs one role of the pipeline on a thread of its own; its failure stops the whole.
class Role {
 public:
  template <class Body>
  Role(std::stop_source& all, Body body)
      : thread_([this, &all, body = std::move(body)] {
          try {
            body(own_.get_token());
          } catch (...) {
            failure_ = std::current_exception();
            all.request_stop();
          }
        }) {}

  void end() {
    own_.request_stop();
    thread_.join();
  }
  void rethrow() const {
    if (failure_) {
      std::rethrow_exception(failure_);
    }
  }

 private:
  std::stop_source own_;
  std::exception_ptr failure_;
  std::jthread thread_;
};

SearchRecord record_of(Store& store, SearchId id) {
  const auto records = store.searches();
  const auto found = std::find_if(records.begin(), records.end(), [id](const auto& record) { return record.id == id; });
  ROBIN_ASSERT(found != records.end(), "the search is in the ledger");
  return *found;
}

Epoch take_the_lead(Store& store) {
  const auto epoch = store.lead();
  if (!epoch) {
    throw runtime::Error("another robin runs on this store (wait for it to end, or name another with --store)");
  }
  return *epoch;
}

class LocalRun {
 public:
  LocalRun(Store& store, SearchId search, const LocalRunOptions& options, std::stop_token stop)
      : store_(store), options_(options), stop_(std::move(stop)), record_(record_of(store, search)), fold_(record_) {}

  /// Folds until there is nothing left to wait for.
  LocalRunEnd follow() {
    auto next_count = std::chrono::steady_clock::now();
    Inbox<int> nothing;
    while (true) {
      fold_.advance(store_);
      if (fold_.frontier() == record_.spec.range.end) {
        counts_ = store_.counts(record_.id);
        return LocalRunEnd::Finished;
      }
      if (stop_.stop_requested()) {
        counts_ = store_.counts(record_.id);
        return LocalRunEnd::Stopped;
      }
      if (std::chrono::steady_clock::now() >= next_count) {
        next_count = std::chrono::steady_clock::now() + count_interval;
        counts_ = store_.counts(record_.id);
        if (options_.on_progress) {
          options_.on_progress({fold_.frontier(), fold_.candidates(), counts_});
        }
        const bool all_planned = record_of(store_, record_.id).planned_end == record_.spec.range.end;
        if (all_planned && counts_.pending + counts_.in_flight() == 0 && counts_.failed + counts_.quarantined > 0) {
          fold_.advance(store_);
          return LocalRunEnd::SomeFailed;
        }
      }
      nothing.take(runtime::Deadline::in(look_interval), stop_);
    }
  }

  LocalRunResult result(LocalRunEnd end) && { return {end, counts_, std::move(fold_)}; }

 private:
  Store& store_;
  const LocalRunOptions& options_;
  std::stop_token stop_;
  SearchRecord record_;
  Fold fold_;
  BlockCounts counts_;
};

}  // namespace

LocalRunResult run_locally(Store& store, Broker& broker, const search::Strategies& strategies, SearchId search,
                           const LocalRunOptions& options, runtime::Log& log, const std::stop_token& stop) {
  const Epoch epoch = take_the_lead(store);
  // The in-process broker is empty when this begins: whatever was under way is published again.
  if (const auto lost = store.requeue_lost(epoch); lost > 0) {
    log.info("blocks of an earlier run are taken up again", {{"blocks", static_cast<std::int64_t>(lost)}});
  }
  std::stop_source all;
  const std::stop_callback passed_on(stop, [&all] { all.request_stop(); });

  ProduceOptions produce_options;
  produce_options.search = search;
  produce_options.block_size = options.block_size;
  produce_options.in_flight_max = in_flight_per_thread * options.threads;
  ComputeOptions compute_options;
  compute_options.worker = "local";
  compute_options.slots = options.threads;
  compute_options.awaiting = awaiting_per_thread * options.threads;

  Role saver(all, [&](const std::stop_token& end) { save(store, broker, strategies, {}, log, end); });
  Role consumer(all, [&](const std::stop_token& end) {
    compute(broker, strategies, compute_options, log, end, all.get_token());
  });
  Role producer(
      all, [&](const std::stop_token& end) { produce(store, broker, strategies, epoch, produce_options, log, end); });

  LocalRun run(store, search, options, all.get_token());
  std::exception_ptr failure;
  LocalRunEnd end = LocalRunEnd::Stopped;
  try {
    end = run.follow();
  } catch (...) {
    failure = std::current_exception();
    all.request_stop();
  }
  producer.end();
  consumer.end();
  saver.end();
  store.release();
  for (const Role* role : {&saver, &consumer, &producer}) {
    role->rethrow();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  return std::move(run).result(end);
}

}  // namespace robin::flow
