#include "flow/loops/local_run.hpp"

#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "flow/loops/audit.hpp"
#include "flow/loops/compute.hpp"
#include "flow/loops/produce.hpp"
#include "flow/loops/save.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

/// Blocks published ahead for each thread, so that none waits for the producer to look again.
constexpr std::uint64_t in_flight_per_thread = 16;
/// Short blocks wait for `saved` longer than they compute.
constexpr unsigned awaiting_per_thread = 8;
constexpr core::Milliseconds audit_poll{50};

/// Runs one service of the pipeline on a thread of its own; its failure stops the whole.
class Service {
 public:
  template <class Body>
  Service(std::stop_source& all, Body body)
      : thread_([this, &all, body = std::move(body)] {
          try {
            body(own_.get_token());
          } catch (...) {
            failure_ = std::current_exception();
            all.request_stop();
          }
        }) {}

  void request_end() { own_.request_stop(); }
  void wait() { thread_.join(); }
  void end() {
    request_end();
    wait();
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

Epoch take_the_lead(Store& store, Role role) {
  const auto epoch = store.leadership().lead(role);
  if (!epoch) {
    throw runtime::Error("another robin runs on this store (wait for it to end, or name another with --store)");
  }
  return *epoch;
}

}  // namespace

FollowResult run_locally(Store& store, Broker& broker, const search::Strategies& strategies, SearchId search,
                         const LocalRunOptions& options, runtime::Log& log, const std::stop_token& stop) {
  const Epoch epoch = take_the_lead(store, Role::Producer);
  const Epoch auditor_epoch = take_the_lead(store, Role::Auditor);
  // The in-process broker is empty when this begins: whatever was under way is published again.
  if (const auto lost = store.plan_ledger().requeue_lost(epoch); lost > 0) {
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
  // The tiling of a run, and so its digest, must not depend on when somebody pressed Ctrl-C; and its blocks take
  // seconds.
  compute_options.splits = false;
  compute_options.result_max = bounds::of_one_process;

  Service saver(all, [&](const std::stop_token& end) { save(store.save_ledger(), broker, strategies, {}, log, end); });
  Service consumer(all, [&](const std::stop_token& end) {
    compute(broker, strategies, compute_options, log, end, all.get_token());
  });
  Service producer(all, [&](const std::stop_token& end) {
    produce(store.plan_ledger(), broker, strategies, epoch, produce_options, log, end);
  });

  AuditOptions audit_options;
  audit_options.search = search;
  audit_options.double_check = options.double_check;
  audit_options.audit_share = options.audit_share;
  audit_options.poll = audit_poll;
  audit_options.other_worker_wait = std::nullopt;
  std::stop_source all_finished;
  AuditReport audited;
  Service auditor(all, [&](const std::stop_token& end) {
    audited = audit(store.audit_ledger(), store.reader(), strategies, auditor_epoch, audit_options, log, end,
                    all_finished.get_token());
  });

  FollowOptions follow_options;
  follow_options.on_progress = options.on_progress;
  std::exception_ptr failure;
  std::optional<FollowResult> result;
  try {
    result.emplace(follow(store.reader(), search, follow_options, all.get_token()));
  } catch (...) {
    failure = std::current_exception();
    all.request_stop();
  }
  // The auditor may still want blocks computed: it ends first, by itself if nothing else is to end.
  all_finished.request_stop();
  if (all.stop_requested()) {
    auditor.end();
  } else {
    const std::stop_callback give_up(all.get_token(), [&auditor] { auditor.request_end(); });
    auditor.wait();
  }
  producer.end();
  consumer.end();
  saver.end();
  store.leadership().release(Role::Auditor);
  store.leadership().release(Role::Producer);
  for (const Service* service : {&saver, &consumer, &producer, &auditor}) {
    service->rethrow();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  result->counts = store.reader().counts(search);
  if (result->counts.disputed > 0) {
    result->end = FollowEnd::SomeFailed;
  }
  if (audited.replaced > 0) {
    result->fold = Fold(record_of(store.reader(), search));
    result->fold.advance(store.reader());
  }
  return *std::move(result);
}

}  // namespace robin::flow
