#include "flow/loops/compute.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/backoff.hpp"
#include "core/contract.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/report_outbox.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/loops/worker_pool.hpp"
#include "flow/rules/avoidance.hpp"
#include "flow/rules/consumer_rules.hpp"
#include "flow/wire/message.hpp"

namespace robin::flow {
namespace {

using core::Deadline;
using core::SteadyTime;

/// The loop turns at least so often, to show that it does.
constexpr std::chrono::seconds idle_turn{1};
/// While blocks are being abandoned.
constexpr std::chrono::milliseconds abandon_tick{50};

/// A block in this consumer's hands.
struct Job {
  Work work;
  /// Void once its connection is gone.
  Tag tag;
  std::chrono::system_clock::time_point published_at;
  JobState state = Ended{End::Forgotten};
  /// When it has stood there for as long as it may.
  SteadyTime due = SteadyTime::max();
};

/// Where a job that ended is counted, and the result of its block in the metrics, if it has one.
struct Tally {
  std::uint64_t ComputeReport::*counter;
  const char* result;
};
/// In the order of End.
constexpr std::array<Tally, 9> tallies = {{{&ComputeReport::saved, "finished"},
                                           {&ComputeReport::failed, "failed"},
                                           {&ComputeReport::split, "finished"},
                                           {&ComputeReport::saved, "stale"},
                                           {&ComputeReport::left, nullptr},
                                           {&ComputeReport::rejected, nullptr},
                                           {&ComputeReport::rejected, nullptr},
                                           {&ComputeReport::handed_back, nullptr},
                                           {nullptr, nullptr}}};

/// A stop was requested.
struct Woken {};

using Event = std::variant<BrokerEvent, Turn, Woken>;

class Consumer {
 public:
  Consumer(Broker& broker, const search::Strategies& strategies, const ComputeOptions& options, runtime::Log& log,
           std::stop_token stop, std::stop_token abandon)
      : strategies_(strategies),
        options_(options),
        log_(log),
        stop_(std::move(stop)),
        abandon_(abandon),
        outbox_({options.publish_retry, options.answer_timeout},
                [this](Message message, Travel travel) {
                  return link_->publish(Exchange::Results, std::move(message), travel);
                }),
        pool_({options.slots, options.result_max.witnesses, options.splits ? options.witnesses_a_result : SIZE_MAX},
              strategies, std::move(abandon), [this](Turn turn) { inbox_.put(std::move(turn)); }),
        link_(broker.connect({Queue::Blocks, prefetch(options), true, options.linger},
                             [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  ComputeReport run() {
    auto loop = options_.vitals.loop("compute");
    // What was delivered before it stopped taking is handed back, too.
    while (!stopping_ || !jobs_.empty() || !inbox_.is_empty()) {
      if (auto event = inbox_.take(next_wait(), {})) {
        std::visit([this](auto&& content) { handle(std::forward<decltype(content)>(content)); }, *std::move(event));
      }
      stop_if_requested();
      if (!inbox_.has_more()) {
        pool_.wake();
      }
      look_at_the_time();
      loop.turned();
    }
    return report_;
  }

 private:
  using Jobs = std::map<JobNumber, Job>;
  using JobIterator = Jobs::iterator;

  static std::uint16_t prefetch(const ComputeOptions& options) {
    const std::uint64_t blocks = std::uint64_t{options.slots} + options.awaiting;
    ROBIN_ASSERT(1 <= blocks && blocks <= prefetch_max, "the service's door refuses more");
    return static_cast<std::uint16_t>(blocks);
  }

  // The broker.

  void handle(BrokerEvent&& event) {
    std::visit([this](auto&& content) { handle(std::forward<decltype(content)>(content)); }, std::move(event));
  }

  void handle(Connected&& connected) {
    outbox_.set_reply_address(std::move(connected.reply_address));
    connection_.found();
  }

  void handle(Disconnected&& lost) {
    log_.warn("the broker is out of reach", {{"reason", lost.reason}, {"side", std::string(text(lost.side))}});
    if (lost.side != Side::Publishing) {
      connection_.lost();
      feed_all(DeliveryLost{});
    }
  }

  void handle(Blocked&& blocked) { log_.warn("the broker blocks publishes", {{"reason", blocked.reason}}); }
  void handle(Unblocked&&) { log_.info("the broker takes publishes again"); }

  void handle(Delivered&& delivered) {
    const auto decoded = decode_work(delivered.message.body, strategies_);
    const Work* work = core::accepted(decoded);
    if (work == nullptr) {
      log_.warn("a block was refused",
                {{"message_id", delivered.message.id}, {"reason", core::refusal_reason(decoded)}});
      ++report_.rejected;
      link_->reject(delivered.tag);
      return;
    }
    if (stopping_) {
      ++report_.handed_back;
      link_->nack(delivered.tag);
      return;
    }
    if (const auto orphan = find_orphan(*work); orphan != jobs_.end()) {
      orphan->second.tag = delivered.tag;
      feed(orphan, CameAgain{});
      return;
    }
    if (delivered.redelivered) {
      options_.vitals.count(metrics::redeliveries);
    }
    const auto at = jobs_.emplace(++last_job_, Job{*work, delivered.tag, delivered.message.published_at}).first;
    by_block_.emplace(work->key.block, at);
    tell(*at, Moment::Published, delivered.message.published_at);
    tell(*at, Moment::Delivered);
    follow(at, take(is_avoided(options_.worker, work->avoid),
                    delivered.redelivered || work->attempt.value > 1 || is_doubted(work->search)));
  }

  void handle(Confirmed&& confirmed) {
    const auto job = outbox_.settle(confirmed, std::chrono::steady_clock::now());
    if (job && std::holds_alternative<Reporting>(jobs_.at(*job).state)) {
      crash_point("consumer/confirmed");
    }
  }

  void handle(Replied&& replied) {
    const auto decoded = decode_reply(replied.message.body);
    const Reply* reply = core::accepted(decoded);
    if (reply == nullptr) {
      log_.warn("a reply was refused", {{"reason", core::refusal_reason(decoded)}});
      return;
    }
    for (auto [entry, last] = by_block_.equal_range(reply->key.block); entry != last;) {
      // What is answered may end, and its entry with it.
      const JobIterator at = (entry++)->second;
      if (is_answered_by(at->second.work, *reply)) {
        feed(at, Answered{reply->word});
      }
    }
  }

  /// Two ledgers may have given one key; what is refused of one says nothing of the other. A saver of the version
  /// before names none.
  static bool is_answered_by(const Work& work, const Reply& reply) {
    return work.key == reply.key && work.attempt == reply.attempt && may_be_about(reply.provenance, work.provenance);
  }

  void handle(Woken&&) {}

  // The slots.

  void handle(Turn&& turn) {
    if (turn.done) {
      handle(std::move(*turn.done));
    }
    if (turn.next) {
      begun(*turn.next);
    }
  }

  void begun(const Begun& begun) {
    const auto at = in_slot(begun.job);
    tell(*at, Moment::Begun, begun.at);
    if (at->second.published_at != std::chrono::system_clock::time_point{}) {
      const std::chrono::duration<double> waited = begun.at - at->second.published_at;
      options_.vitals.observe(metrics::block_queue_wait, std::max(0.0, waited.count()),
                              {{"strategy", at->second.work.strategy}});
    }
    feed(at, SlotTaken{});
    crash_point("consumer/computing");
  }

  void handle(Computed&& computed) {
    const auto at = in_slot(computed.job);
    const Work& work = at->second.work;
    --in_pool_;
    if (is_orphan(at->second)) {
      feed(at, SlotAbandoned{false});
      return;
    }
    if (auto* abandoned = std::get_if<Abandoned>(&computed.outcome)) {
      std::vector<Message> prefix;
      if (abandoned->prefix && options_.splits && work.key.purpose.is_search()) {
        prefix = encoded_prefix(work, *std::move(abandoned->prefix));
      }
      const bool has_prefix = !prefix.empty() && !is_too_large(prefix);
      feed(at, SlotAbandoned{has_prefix}, std::move(prefix));
      return;
    }
    tell(*at, Moment::Computed);
    if (auto* failed = std::get_if<Failed>(&computed.outcome)) {
      fail(at, std::move(*failed));
      return;
    }
    auto* piece = std::get_if<Piece>(&computed.outcome);
    WorkResult& result = piece != nullptr ? piece->prefix : std::get<WorkResult>(computed.outcome);
    const runtime::Labels labels = {{"strategy", work.strategy}};
    options_.vitals.observe(metrics::block_duration, result.elapsed_seconds, labels);
    options_.vitals.count(metrics::numbers_checked, labels, static_cast<double>(result.result.findings.candidates));
    auto report = piece != nullptr ? encoded_prefix(work, std::move(result)) : encoded(work, std::move(result));
    if (is_too_large(report)) {
      fail(at, {"limit_exceeded", "the result has more than " + std::to_string(options_.result_max.bytes()) +
                                      " bytes: raise the threshold or make blocks smaller"});
      return;
    }
    feed(at, SlotDone{piece != nullptr ? Outgoing::Piece : Outgoing::Result}, std::move(report));
  }

  void fail(JobIterator at, Failed&& failed) {
    const Work& work = at->second.work;
    log_.error(
        "a block failed",
        {{"block_id", work.key.block.value}, {"attempt", std::int64_t{work.attempt.value}}, {"error", failed.message}});
    feed(at, SlotDone{Outgoing::Failure}, encoded(work, std::move(failed)));
  }

  JobIterator in_slot(JobNumber number) {
    const auto found = jobs_.find(number);
    ROBIN_ASSERT(found != jobs_.end(), "a job in a slot is not forgotten");
    return found;
  }

  // The rules.

  /// `report`: what the job's slot has made of it.
  void feed(JobIterator at, const JobInput& input, std::vector<Message> report = {}) {
    if (auto next = step(at->second.state, input)) {
      follow(at, *next, std::move(report));
    }
  }

  void feed_all(const JobInput& input) {
    for (auto at = jobs_.begin(); at != jobs_.end();) {
      const auto job = at++;
      take_from_slots(job);
      feed(job, input);
    }
  }

  /// So that no slot begins it any more; a slot that has just begun it says so soon.
  void take_from_slots(JobIterator at) {
    if (!std::holds_alternative<Waiting>(at->second.state)) {
      return;
    }
    if (pool_.withdraw(at->first)) {
      --in_pool_;
    } else {
      feed(at, SlotTaken{});
    }
  }

  void follow(JobIterator at, const Next& next, std::vector<Message> report = {}) {
    Job& job = at->second;
    job.state = next.state;
    job.due = due(job.state);
    next_due_ = std::min(next_due_, job.due);
    if (!waits_for_an_answer(job.state)) {
      outbox_.forget(at->first);
    }
    if (const auto* ended = std::get_if<Ended>(&job.state)) {
      count(*at, ended->how);
    }
    switch (next.action) {
      case Action::None:
        break;
      case Action::Ask:
        publish(*at, encoded(job.work, Query{}));
        break;
      case Action::Queue:
        ++in_pool_;
        pool_.submit(at->first, job.work);
        break;
      case Action::TellStarted:
        // News that nobody waits for: it asks for no answer, and is not repeated.
        for (Message& message : encoded(job.work, Started{})) {
          link_->publish(Exchange::Results, std::move(message));
        }
        next_question_ = std::min(next_question_, std::chrono::steady_clock::now() + options_.asked_every);
        break;
      case Action::Abandon:
        pool_.abandon(at->first);
        doubt(job.work.search);
        break;
      case Action::Leave:
        publish(*at, encoded(job.work, Partial{job.work.block.begin, std::nullopt}));
        break;
      case Action::Report:
        publish(*at, std::move(report));
        break;
      case Action::Ack:
        crash_point("consumer/saved");
        link_->ack(job.tag);
        break;
      case Action::HandBack:
        link_->nack(job.tag);
        break;
      case Action::Reject:
        link_->reject(job.tag);
        break;
    }
    if (std::holds_alternative<Ended>(job.state)) {
      forget(at);
    }
  }

  // Blocks that nobody wants any more.

  /// Asks about all that are being computed for long. Answers that are lost are asked for again soon.
  void ask_whether_wanted() {
    next_question_ = SteadyTime::max();
    for (auto& [number, job] : jobs_) {
      const auto* computing = std::get_if<Computing>(&job.state);
      if (computing == nullptr || !computing->is_told || computing->is_orphan || computing->end) {
        continue;
      }
      for (Message& message : encoded(job.work, Query{})) {
        message.reply_to = outbox_.reply_address();
        link_->publish(Exchange::Results, std::move(message));
      }
      next_question_ = std::chrono::steady_clock::now() + options_.asked_every;
    }
  }

  /// The search may have ended: what waits for a slot here, and what comes of it for a while, is asked about first.
  void doubt(SearchId search) {
    const SteadyTime now = std::chrono::steady_clock::now();
    std::erase_if(doubted_, [now](const auto& one) { return one.second <= now; });
    doubted_[search] = now + options_.doubted_for;
    for (auto at = jobs_.begin(); at != jobs_.end();) {
      const JobIterator job = at++;
      if (job->second.work.search == search) {
        take_from_slots(job);
        feed(job, Doubted{});
      }
    }
  }
  [[nodiscard]] bool is_doubted(SearchId search) const {
    const auto found = doubted_.find(search);
    return found != doubted_.end() && std::chrono::steady_clock::now() < found->second;
  }

  /// When a job has been in a state that it enters now for as long as it may.
  SteadyTime due(const JobState& state) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (std::holds_alternative<ToLeave>(state)) {
      // Two workers that leave checks to each other in step would get their own again and again.
      return now + jitter_.around(options_.avoid_wait);
    }
    if (std::holds_alternative<Waiting>(state)) {
      return now + options_.hold;
    }
    if (const auto* computing = std::get_if<Computing>(&state)) {
      return now + (computing->is_told ? options_.heard_every : options_.started_after);
    }
    return SteadyTime::max();
  }

  /// The outbox watches over it.
  static bool waits_for_an_answer(const JobState& state) {
    return std::holds_alternative<Asking>(state) || std::holds_alternative<Leaving>(state) ||
           std::holds_alternative<Reporting>(state);
  }

  void publish(Jobs::value_type& numbered, std::vector<Message> report) {
    auto& [number, job] = numbered;
    const auto* reporting = std::get_if<Reporting>(&job.state);
    const core::Milliseconds patience =
        reporting != nullptr ? options_.answer_timeout : std::min(options_.query_timeout, options_.answer_timeout);
    const Travel travel = travel_of(job.state, report);
    outbox_.publish(number, std::move(report), travel, patience, std::chrono::steady_clock::now());
    if (reporting != nullptr) {
      crash_point(travel == Travel::Waiting ? "consumer/lingering" : "consumer/reported");
    }
  }

  /// Whether a report goes with others. It waits for them only where no slot will be idle for want of an ack.
  [[nodiscard]] Travel travel_of(const JobState& state, const std::vector<Message>& report) const {
    const auto* reporting = std::get_if<Reporting>(&state);
    const bool is_usual =
        reporting != nullptr && (reporting->what == Outgoing::Result || reporting->what == Outgoing::Failure);
    if (!is_usual || report.size() > 1) {
      return Travel::Alone;
    }
    return in_pool_ > options_.slots ? Travel::Waiting : Travel::Shared;
  }

  void count(const Jobs::value_type& numbered, End how) {
    const auto& [counter, result] = tallies.at(static_cast<std::size_t>(how));
    if (counter != nullptr) {
      ++(report_.*counter);
    }
    if (result != nullptr) {
      tell(numbered, Moment::Saved);
      options_.vitals.count(metrics::blocks, {{"strategy", numbered.second.work.strategy}, {"result", result}});
    }
    if (how == End::Unknown || how == End::Refused) {
      log_.error("the saver turned a block down", {{"block_id", numbered.second.work.key.block.value},
                                                   {"answer", how == End::Unknown ? "unknown" : "refused"}});
    }
  }

  void forget(JobIterator at) {
    auto [entry, last] = by_block_.equal_range(at->second.work.key.block);
    by_block_.erase(std::find_if(entry, last, [at](const auto& of_block) { return of_block.second == at; }));
    jobs_.erase(at);
  }

  // Time and stops.

  [[nodiscard]] Deadline next_wait() const {
    const auto turn = std::chrono::steady_clock::now() + (abandoned_at_ ? abandon_tick : idle_turn);
    return {std::min({next_due_, next_question_, outbox_.next_due(), turn})};
  }

  void look_at_the_time() {
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const JobNumber job : outbox_.repeat(now)) {
      log_.warn("no answer from the saver: reporting again", {{"block_id", jobs_.at(job).work.key.block.value}});
    }
    if (now >= next_question_) {
      ask_whether_wanted();
    }
    if (now < next_due_) {
      return;
    }
    next_due_ = SteadyTime::max();
    for (auto at = jobs_.begin(); at != jobs_.end(); ++at) {
      if (now >= at->second.due) {
        take_from_slots(at);
      }
      // Not if a slot has just begun it.
      if (now >= at->second.due) {
        feed(at, TimeOut{});
      }
      next_due_ = std::min(next_due_, at->second.due);
    }
  }

  void stop_if_requested() {
    if (!stopping_ && (stop_.stop_requested() || abandon_.stop_requested())) {
      stopping_ = true;
      link_->cancel();
      feed_all(Stop{});
    }
    if (abandon_.stop_requested()) {
      // Slots end by themselves, as they have been told to. What is reported may still be saved, for a while; then it
      // goes back, and is recognised by whoever gets it.
      const SteadyTime now = std::chrono::steady_clock::now();
      abandoned_at_ = abandoned_at_.value_or(now);
      if (now - *abandoned_at_ >= options_.abandon_wait) {
        feed_all(GraceOver{});
      }
    }
  }

  // Helpers.

  template <class Content>
  [[nodiscard]] std::vector<Message> encoded(const Work& work, Content content) const {
    const Report report{work.key, work.attempt, options_.worker, work.block, std::move(content), work.provenance};
    return encode(report, work, strategies_, {});
  }
  [[nodiscard]] std::vector<Message> encoded_prefix(const Work& work, WorkResult&& prefix) const {
    const search::Position cut = prefix.result.block.end;
    return encoded(work, Partial{cut, std::move(prefix)});
  }
  /// No ledger would take it.
  [[nodiscard]] bool is_too_large(const std::vector<Message>& report) const {
    return report.size() > options_.result_max.parts();
  }

  void tell(const Jobs::value_type& numbered, Moment moment,
            std::chrono::system_clock::time_point at = std::chrono::system_clock::now()) const {
    if (options_.on_moment) {
      options_.on_moment(numbered.second.work.key.block, moment, at);
    }
  }

  static bool is_orphan(const Job& job) {
    const auto* computing = std::get_if<Computing>(&job.state);
    return computing != nullptr && computing->is_orphan;
  }

  JobIterator find_orphan(const Work& work) {
    const auto [first, last] = by_block_.equal_range(work.key.block);
    const auto found = std::find_if(first, last, [&work](const auto& of_block) {
      return is_orphan(of_block.second->second) && of_block.second->second.work == work;
    });
    return found == last ? jobs_.end() : found->second;
  }

  const search::Strategies& strategies_;
  ComputeOptions options_;
  ConnectionVitals connection_{options_.vitals};
  runtime::Log& log_;
  std::stop_token stop_;
  std::stop_token abandon_;
  ComputeReport report_;
  bool stopping_ = false;
  core::Jitter jitter_;
  std::optional<SteadyTime> abandoned_at_;
  Jobs jobs_;
  JobNumber last_job_ = 0;
  /// By the block that each is about.
  std::multimap<BlockId, JobIterator> by_block_;
  ReportOutbox outbox_;
  /// Jobs that wait for a slot or are in one.
  std::size_t in_pool_ = 0;
  /// When a job is due, at the earliest.
  SteadyTime next_due_ = SteadyTime::max();
  /// When it is asked whether blocks are still wanted.
  SteadyTime next_question_ = SteadyTime::max();
  /// Searches that may have ended, until when.
  std::map<SearchId, SteadyTime> doubted_;
  Inbox<Event> inbox_;
  WorkerPool pool_;
  std::unique_ptr<Link> link_;
  std::stop_callback<std::function<void()>> wake_to_stop_{stop_, [this] { inbox_.put(Woken{}); }};
  std::stop_callback<std::function<void()>> wake_to_abandon_{abandon_, [this] { inbox_.put(Woken{}); }};
};

}  // namespace

ComputeReport compute(Broker& broker, const search::Strategies& strategies, const ComputeOptions& options,
                      runtime::Log& log, const std::stop_token& stop, const std::stop_token& abandon) {
  return Consumer(broker, strategies, options, log, stop, abandon).run();
}

}  // namespace robin::flow
