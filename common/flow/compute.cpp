#include "flow/compute.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "contract.hpp"
#include "flow/inbox.hpp"
#include "flow/message.hpp"
#include "flow/metrics.hpp"
#include "flow/test_points.hpp"
#include "flow/worker_pool.hpp"

namespace robin::flow {
namespace {

using runtime::Deadline;
using runtime::SteadyTime;

/// The loop turns at least so often, to show that it does.
constexpr std::chrono::seconds idle_turn{1};
/// While blocks are being abandoned.
constexpr std::chrono::milliseconds abandon_tick{50};
/// Of reports that wait to travel together.
constexpr std::size_t lingering_bytes_max = 1U << 16U;

/// Where a delivery stands.
enum class Stage {
  Avoided,     ///< to be left to other workers, soon
  Asking,      ///< `query` is out
  Leaving,     ///< the empty `partial` of what is left to other workers is out
  Ready,       ///< waits for a slot
  Computing,   ///< in a slot
  Publishing,  ///< its report is not confirmed yet
  Awaiting,    ///< confirmed; waits for `saved`
};

struct Job {
  Job(Work ordered, Tag delivered_as) : work(std::move(ordered)), tag(delivered_as) {}

  Work work;
  std::optional<Tag> tag;  // nullopt: the connection it came by is gone
  Stage stage = Stage::Ready;
  bool has_failed = false;
  bool is_computed = false;
  bool was_started = false;  // so the ledger says RUNNING
  bool is_left = false;
  bool is_split = false;
  bool lingers = false;     // its report waits to travel with others
  SteadyTime next_started;  // when to report that it is being computed
  std::chrono::system_clock::time_point published_at;
  SteadyTime since;                   // when this stage began, or its report was repeated
  runtime::Milliseconds patience{0};  // for an answer, or before it is left
  std::vector<Message> report;        // what was published last
  std::map<Ticket, std::size_t> unconfirmed;
  std::vector<std::size_t> to_repeat;  // parts of it to publish again
};

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
        pool_(options.slots, strategies, std::move(abandon), [this](Turn turn) { inbox_.put(std::move(turn)); }),
        link_(broker.connect({Queue::Blocks, static_cast<std::uint16_t>(options.slots + options.awaiting), true},
                             [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  ComputeReport run() {
    auto loop = options_.vitals.loop("compute");
    // What was delivered before it stopped taking is handed back, too.
    while (!stopping_ || !jobs_.empty() || !inbox_.is_empty()) {
      if (auto event = inbox_.take(next_wait(), {})) {
        std::visit([this](auto&& content) { handle(std::forward<decltype(content)>(content)); }, *std::move(event));
      }
      if (!stopping_ && (stop_.stop_requested() || abandon_.stop_requested())) {
        stop_taking();
      }
      if (abandon_.stop_requested()) {
        abandon();
      }
      if (!inbox_.has_more()) {
        pool_.wake();
      }
      end_linger();
      look_at_the_time();
      loop.turned();
    }
    return report_;
  }

 private:
  using Jobs = std::map<std::uint64_t, Job>;
  using JobIterator = Jobs::iterator;
  /// A job with its number.
  using Numbered = Jobs::value_type;

  [[nodiscard]] Deadline next_wait() const {
    SteadyTime at = std::min(next_look_, std::chrono::steady_clock::now() + (abandoned_at_ ? abandon_tick : idle_turn));
    if (!lingering_.empty()) {
      at = std::min(at, lingering_since_ + options_.linger);
    }
    return {at};
  }

  // Events.

  void handle(BrokerEvent&& event) {
    std::visit([this](auto&& content) { handle(std::forward<decltype(content)>(content)); }, std::move(event));
  }

  void handle(Connected&& connected) {
    reply_address_ = std::move(connected.reply_address);
    connection_.found();
  }

  void handle(Disconnected&& lost) {
    log_.warn("the broker is out of reach", {{"reason", lost.reason}, {"side", std::string(text(lost.side))}});
    if (lost.side == Side::Publishing) {
      return;
    }
    connection_.lost();
    for (auto job = jobs_.begin(); job != jobs_.end();) {
      job->second.tag.reset();
      // What is being computed goes on: when its block comes again, it is taken up where it stands.
      job = is_in_a_slot(*job) ? std::next(job) : drop(job);
    }
  }

  void handle(Blocked&& blocked) { log_.warn("the broker blocks publishes", {{"reason", blocked.reason}}); }
  void handle(Unblocked&&) { log_.info("the broker takes publishes again"); }

  void handle(Delivered&& delivered) {
    const auto decoded = decode_work(delivered.message.body, strategies_);
    const Work* work = math::accepted(decoded);
    if (work == nullptr) {
      log_.warn("a block was refused",
                {{"message_id", delivered.message.id}, {"reason", math::refusal_reason(decoded)}});
      ++report_.rejected;
      link_->reject(delivered.tag);
      return;
    }
    if (stopping_) {
      hand_back(delivered.tag);
      return;
    }
    if (Job* orphan = find_orphan(*work)) {
      orphan->tag = delivered.tag;
      return;
    }
    if (delivered.redelivered) {
      options_.vitals.count(metrics::redeliveries);
    }
    const auto at = jobs_.emplace(++last_job_, Job(*work, delivered.tag)).first;
    by_block_.emplace(work->key.block, at->first);
    Job& job = at->second;
    job.published_at = delivered.message.published_at;
    pass(job, Moment::Published, job.published_at);
    pass(job, Moment::Delivered);
    if (is_avoided(*work)) {
      enter(job, Stage::Avoided);
    } else if (delivered.redelivered || work->attempt.value > 1) {
      // It may be done already: asking costs a round trip, computing it again much more.
      enter(job, Stage::Asking);
      publish(*at, Query{});
    } else {
      wait_for_a_slot(*at);
    }
  }

  void handle(Woken&&) {}

  void handle(Turn&& turn) {
    if (turn.done) {
      handle(std::move(*turn.done));
    }
    if (turn.next) {
      const auto found = jobs_.find(turn.next->job);
      ROBIN_ASSERT(found != jobs_.end(), "a job in a slot is not forgotten");
      begun(found->second, turn.next->at);
    }
  }

  void handle(Computed&& computed) {
    const auto found = jobs_.find(computed.job);
    ROBIN_ASSERT(found != jobs_.end(), "a job in a slot is not forgotten");
    Job& job = found->second;
    --in_pool_;
    if (!job.tag) {
      give_up(found);
      return;
    }
    if (auto* abandoned = std::get_if<Abandoned>(&computed.outcome)) {
      leave(found, std::move(abandoned->prefix));
      return;
    }
    pass(job, Moment::Computed);
    // What waits for a confirm or for `saved` is bounded by the prefetch, and waits on nobody's time.
    enter(job, Stage::Publishing);
    if (auto* result = std::get_if<WorkResult>(&computed.outcome)) {
      const runtime::Labels labels = {{"strategy", job.work.strategy}};
      options_.vitals.observe(metrics::block_duration, result->elapsed_seconds, labels);
      options_.vitals.count(metrics::numbers_checked, labels, static_cast<double>(result->result.findings.candidates));
      job.is_computed = true;
      publish_soon(found, encoded(job, std::move(*result)));
    } else {
      auto& failed = std::get<Failed>(computed.outcome);
      log_.error("a block failed", {{"block_id", job.work.key.block.value},
                                    {"attempt", std::int64_t{job.work.attempt.value}},
                                    {"error", failed.message}});
      job.has_failed = true;
      publish_soon(found, encoded(job, std::move(failed)));
    }
  }

  void handle(Confirmed&& confirmed) {
    const auto published = published_.extract(confirmed.ticket);
    if (published.empty()) {
      return;
    }
    for (const std::uint64_t number : published.mapped()) {
      const auto at = jobs_.find(number);
      if (at == jobs_.end()) {
        continue;
      }
      Job& job = at->second;
      const auto found = job.unconfirmed.find(confirmed.ticket);
      if (found == job.unconfirmed.end()) {
        continue;
      }
      if (confirmed.confirm != Confirm::Accepted) {
        job.to_repeat.push_back(found->second);
        job.since = std::chrono::steady_clock::now();
      }
      job.unconfirmed.erase(found);
      if (job.stage == Stage::Publishing && job.unconfirmed.empty() && job.to_repeat.empty()) {
        enter(job, Stage::Awaiting);
        crash_point("consumer/confirmed");
      }
      watch(job);
    }
  }

  void handle(Replied&& replied) {
    const auto decoded = decode_replies(replied.message.body);
    const auto* replies = math::accepted(decoded);
    if (replies == nullptr) {
      log_.warn("a reply was refused", {{"reason", math::refusal_reason(decoded)}});
      return;
    }
    for (const Reply& reply : *replies) {
      saver_reads_bundles_ = reply.reads_bundles;
      std::vector<std::uint64_t> numbers;
      for (auto [entry, last] = by_block_.equal_range(reply.key.block); entry != last; ++entry) {
        numbers.push_back(entry->second);
      }
      for (const std::uint64_t number : numbers) {
        const auto at = jobs_.find(number);
        if (at->second.work.key == reply.key && at->second.work.attempt == reply.attempt) {
          answer(at, reply);
        }
      }
    }
  }

  void answer(JobIterator at, const Reply& reply) {
    Job& job = at->second;
    if (reply.word == "go") {
      if (job.stage == Stage::Asking) {
        wait_for_a_slot(*at);
      } else if (job.stage == Stage::Leaving) {
        job.is_left = false;
        if (is_avoided(job.work)) {
          enter(job, Stage::Avoided);
        } else {
          wait_for_a_slot(*at);
        }
      }
      return;
    }
    // `saved` answers `started` too; only one that answers a query, a result or a failure ends the job.
    if (reply.word == "part" || !waits_for_an_answer(job)) {
      return;
    }
    if (reply.word == "saved") {
      crash_point("consumer/saved");
      if (job.is_left) {
        ++report_.left;
        ack(at);
        return;
      }
      pass(job, Moment::Saved);
      ++(job.has_failed ? report_.failed : job.is_split ? report_.split : report_.saved);
      const char* const how = job.has_failed ? "failed" : job.is_computed || job.is_split ? "finished" : "stale";
      options_.vitals.count(metrics::blocks, {{"strategy", job.work.strategy}, {"result", how}});
      ack(at);
      return;
    }
    log_.error("the saver turned a block down", {{"block_id", reply.key.block.value}, {"answer", reply.word}});
    ++report_.rejected;
    if (job.tag) {
      link_->reject(*job.tag);
    }
    drop(at);
  }

  // Actions.

  template <class Content>
  [[nodiscard]] std::vector<Message> encoded(const Job& job, Content content) const {
    const Report report{job.work.key, job.work.attempt, options_.worker, job.work.block, std::move(content)};
    return encode(report, job.work, strategies_, reply_address_);
  }

  template <class Content>
  void publish(Numbered& numbered, Content content) {
    publish_encoded(numbered, encoded(numbered.second, std::move(content)));
  }

  /// With others, where the saver reads bundles; a large one alone. What is published again goes alone, too: whoever
  /// did not take the bundle takes that.
  void publish_soon(JobIterator at, std::vector<Message> messages) {
    auto& [number, job] = *at;
    if (!saver_reads_bundles_ || messages.size() > 1 || messages.front().body.size() > lingering_bytes_max) {
      publish_encoded(*at, std::move(messages));
      return;
    }
    keep_report(job, std::move(messages));
    job.lingers = true;
    if (lingering_.empty()) {
      lingering_since_ = std::chrono::steady_clock::now();
    }
    lingering_.push_back(number);
    lingering_bytes_ += job.report.front().body.size();
    crash_point("consumer/lingering");
  }

  void end_linger() {
    if (lingering_.empty()) {
      return;
    }
    const bool is_over = in_pool_ <= options_.slots || lingering_.size() >= bundle_length_max ||
                         lingering_bytes_ > lingering_bytes_max ||
                         std::chrono::steady_clock::now() - lingering_since_ >= options_.linger;
    if (!is_over) {
      return;
    }
    std::vector<Message> messages;
    std::vector<JobIterator> jobs;
    for (const std::uint64_t number : lingering_) {
      // One that was given up meanwhile is reported by whoever computes it.
      const auto found = jobs_.find(number);
      if (found != jobs_.end() && found->second.lingers) {
        jobs.push_back(found);
        messages.push_back(found->second.report.front());
      }
    }
    lingering_.clear();
    lingering_bytes_ = 0;
    if (messages.empty()) {
      return;
    }
    const Ticket ticket = link_->publish(Exchange::Results, bundle(messages));
    for (const JobIterator job : jobs) {
      job->second.lingers = false;
      expect_confirm(*job, ticket, 0);
    }
    crash_point("consumer/reported");
  }

  static void keep_report(Job& job, std::vector<Message> messages) {
    job.report = std::move(messages);
    job.unconfirmed.clear();
    job.to_repeat.clear();
  }

  void expect_confirm(Numbered& numbered, Ticket ticket, std::size_t part) {
    numbered.second.unconfirmed.emplace(ticket, part);
    published_[ticket].push_back(numbered.first);
  }

  void publish_encoded(Numbered& numbered, std::vector<Message> messages) {
    Job& job = numbered.second;
    keep_report(job, std::move(messages));
    for (std::size_t part = 0; part < job.report.size(); ++part) {
      expect_confirm(numbered, link_->publish(Exchange::Results, job.report[part]), part);
    }
    if (job.stage == Stage::Publishing) {
      crash_point("consumer/reported");
    }
  }

  /// An abandoned block: its prefix is saved, if there is one that one message can hold; else the ledger must not go on
  /// saying that it runs here, or its lease would have to end first.
  void leave(JobIterator at, std::optional<WorkResult> prefix) {
    Job& job = at->second;
    if (prefix && options_.splits && job.work.key.purpose == purpose_search) {
      const search::Position cut = prefix->result.block.end;
      if (auto messages = encoded(job, Partial{cut, std::move(prefix)}); messages.size() == 1) {
        job.is_split = true;
        enter(job, Stage::Publishing);
        publish_encoded(*at, std::move(messages));
        return;
      }
    }
    if (!job.was_started) {
      give_up(at);
      return;
    }
    enter(job, Stage::Publishing);
    leave_to_others(*at);
  }

  void leave_to_others(Numbered& numbered) {
    numbered.second.is_left = true;
    publish(numbered, Partial{numbered.second.work.block.begin, std::nullopt});
  }

  /// `started` is news, not a report that anyone waits for: it asks for no answer and is not repeated.
  void report_started(Job& job) {
    job.next_started = std::chrono::steady_clock::now() + options_.heard_every;
    job.was_started = true;
    const Report report{job.work.key, job.work.attempt, options_.worker, job.work.block, Started{}};
    for (auto& message : encode(report, job.work, strategies_, {})) {
      link_->publish(Exchange::Results, std::move(message));
    }
  }

  void wait_for_a_slot(Numbered& numbered) {
    enter(numbered.second, Stage::Ready);
    ++in_pool_;
    pool_.submit(numbered.first, numbered.second.work);
  }

  /// Whether a slot has its block; one that only waits for a slot waits no more.
  bool is_in_a_slot(Numbered& numbered) {
    Job& job = numbered.second;
    if (job.stage == Stage::Ready && pool_.withdraw(numbered.first)) {
      --in_pool_;
      return false;
    }
    // A slot that has just begun says so soon.
    return job.stage == Stage::Ready || job.stage == Stage::Computing;
  }

  void pass(const Job& job, Moment moment,
            std::chrono::system_clock::time_point at = std::chrono::system_clock::now()) const {
    if (options_.on_moment) {
      options_.on_moment(job.work.key.block, moment, at);
    }
  }

  void begun(Job& job, std::chrono::system_clock::time_point at) {
    job.next_started = std::chrono::steady_clock::now() + options_.started_after;
    enter(job, Stage::Computing);
    pass(job, Moment::Begun, at);
    if (job.published_at != std::chrono::system_clock::time_point{}) {
      const std::chrono::duration<double> waited = at - job.published_at;
      options_.vitals.observe(metrics::block_queue_wait, std::max(0.0, waited.count()),
                              {{"strategy", job.work.strategy}});
    }
    crash_point("consumer/computing");
  }

  /// When something is to be done about it, if nothing is heard.
  [[nodiscard]] SteadyTime due(const Job& job) const {
    if (job.stage == Stage::Computing) {
      return job.next_started;
    }
    if (!job.to_repeat.empty()) {
      return job.since + options_.publish_retry;
    }
    return job.since + (job.stage == Stage::Ready ? options_.hold : job.patience);
  }

  void watch(const Job& job) { next_look_ = std::min(next_look_, due(job)); }

  void look_at_the_time() {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now < next_look_) {
      return;
    }
    next_look_ = SteadyTime::max();
    for (auto at = jobs_.begin(); at != jobs_.end(); ++at) {
      if (now >= due(at->second)) {
        act(at);
      }
      watch(at->second);
    }
  }

  /// What is due.
  void act(JobIterator at) {
    Job& job = at->second;
    if (job.stage == Stage::Computing) {
      report_started(job);
    } else if (!job.to_repeat.empty()) {
      repeat(*at, std::exchange(job.to_repeat, {}));
    } else if (job.stage == Stage::Ready && is_in_a_slot(*at)) {
      enter(job, Stage::Ready);
    } else if (job.stage == Stage::Avoided || job.stage == Stage::Ready) {
      // By the ledger, not back to the queue: a broker may count that as a delivery, and dead-letter what only waited.
      enter(job, Stage::Leaving);
      leave_to_others(*at);
    } else {
      job.patience = std::min(2 * job.patience, options_.answer_timeout);
      log_.warn("no answer from the saver: reporting again", {{"block_id", job.work.key.block.value}});
      job.unconfirmed.clear();
      std::vector<std::size_t> all(job.report.size());
      for (std::size_t part = 0; part < all.size(); ++part) {
        all[part] = part;
      }
      repeat(*at, all);
    }
  }

  [[nodiscard]] bool is_avoided(const Work& work) const {
    return std::find(work.avoid.begin(), work.avoid.end(), options_.worker) != work.avoid.end();
  }

  static bool waits_for_an_answer(const Job& job) {
    return job.stage == Stage::Asking || job.stage == Stage::Leaving || job.stage == Stage::Publishing ||
           job.stage == Stage::Awaiting;
  }

  void repeat(Numbered& numbered, const std::vector<std::size_t>& parts) {
    Job& job = numbered.second;
    job.lingers = false;
    job.since = std::chrono::steady_clock::now();
    for (const std::size_t part : parts) {
      // Where answers go now, whatever connection this was first reported by.
      job.report[part].reply_to = reply_address_;
      expect_confirm(numbered, link_->publish(Exchange::Results, job.report[part]), part);
    }
  }

  void stop_taking() {
    stopping_ = true;
    link_->cancel();
    for (auto at = jobs_.begin(); at != jobs_.end();) {
      const Stage stage = at->second.stage;
      const bool is_begun = stage == Stage::Publishing || stage == Stage::Awaiting || is_in_a_slot(*at);
      at = is_begun ? std::next(at) : give_up(at);
    }
  }

  /// Slots end by themselves, as they have been told to. What is reported may still be saved, for a while; then it goes
  /// back, and is recognised by whoever gets it.
  void abandon() {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!abandoned_at_) {
      abandoned_at_ = now;
    }
    const bool is_over = now - *abandoned_at_ >= options_.abandon_wait;
    for (auto at = jobs_.begin(); at != jobs_.end();) {
      const Stage stage = at->second.stage;
      const bool is_reported = stage == Stage::Publishing || stage == Stage::Awaiting;
      at = (is_reported && !is_over) || is_in_a_slot(*at) ? std::next(at) : give_up(at);
    }
  }

  void ack(JobIterator at) {
    if (at->second.tag) {
      link_->ack(*at->second.tag);
    }
    drop(at);
  }

  JobIterator give_up(JobIterator at) {
    if (at->second.tag) {
      hand_back(*at->second.tag);
    }
    return drop(at);
  }

  void hand_back(Tag tag) {
    ++report_.handed_back;
    link_->nack(tag);
  }

  JobIterator drop(JobIterator at) {
    for (auto [entry, last] = by_block_.equal_range(at->second.work.key.block); entry != last; ++entry) {
      if (entry->second == at->first) {
        by_block_.erase(entry);
        break;
      }
    }
    return jobs_.erase(at);
  }

  /// Two workers that leave checks to each other in step would get their own again and again.
  runtime::Milliseconds jittered(runtime::Milliseconds span) {
    return runtime::Milliseconds(
        std::uniform_int_distribution<std::int64_t>(span.count() / 2, span.count() * 3 / 2)(random_));
  }

  runtime::Milliseconds patience(Stage stage) {
    switch (stage) {
      case Stage::Avoided:
        return jittered(options_.avoid_wait);
      case Stage::Asking:
      case Stage::Leaving:
        return std::min(options_.query_timeout, options_.answer_timeout);
      default:
        return options_.answer_timeout;
    }
  }

  void enter(Job& job, Stage stage) {
    job.stage = stage;
    job.patience = patience(stage);
    job.since = std::chrono::steady_clock::now();
    watch(job);
  }

  Job* find_orphan(const Work& work) {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&work](const auto& entry) {
      return !entry.second.tag && entry.second.work == work;
    });
    return found == jobs_.end() ? nullptr : &found->second;
  }

  const search::Strategies& strategies_;
  ComputeOptions options_;
  ConnectionVitals connection_{options_.vitals};
  runtime::Log& log_;
  std::stop_token stop_;
  std::stop_token abandon_;
  ComputeReport report_;
  bool stopping_ = false;
  std::mt19937_64 random_{std::random_device{}()};
  std::optional<SteadyTime> abandoned_at_;
  std::string reply_address_;
  Jobs jobs_;
  /// Their numbers, by the block that each is about.
  std::multimap<BlockId, std::uint64_t> by_block_;
  /// Those whose reports travel in a message that is not confirmed.
  std::map<Ticket, std::vector<std::uint64_t>> published_;
  std::uint64_t last_job_ = 0;
  /// Jobs that wait for a slot or are in one.
  std::size_t in_pool_ = 0;
  /// When something is due, at the earliest.
  SteadyTime next_look_ = SteadyTime::max();
  /// By what the last reply said.
  bool saver_reads_bundles_ = false;
  /// Jobs whose reports wait to travel together.
  std::vector<std::uint64_t> lingering_;
  std::size_t lingering_bytes_ = 0;
  SteadyTime lingering_since_;
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
