#include "flow/loops/save.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/backoff.hpp"
#include "flow/loops/inbox.hpp"
#include "flow/loops/metrics.hpp"
#include "flow/loops/test_points.hpp"
#include "flow/wire/message.hpp"
#include "runtime/error.hpp"
#include "runtime/pause.hpp"

namespace robin::flow {
namespace {

using core::Deadline;

class Saver {
 public:
  Saver(SaveLedger& ledger, Broker& broker, const search::Strategies& strategies, const SaveOptions& options,
        runtime::Log& log)
      : ledger_(ledger),
        strategies_(strategies),
        options_(options),
        log_(log),
        link_(broker.connect({Queue::Results, static_cast<std::uint16_t>(2 * options.batch_max), false},
                             [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  void run(const std::stop_token& stop) {
    auto loop = options_.vitals.loop("save");
    options_.vitals.count(metrics::mismatches, {}, 0);
    options_.vitals.count(metrics::foreign_reports, {}, 0);
    options_.vitals.count(metrics::database_errors, {}, 0);
    while (!stop.stop_requested()) {
      loop.turned();
      if (auto event = inbox_.take(Deadline::in(std::chrono::seconds(large_.empty() ? 1 : 0)), stop)) {
        accept(std::move(*event));
        collect(stop);
      }
      flush(std::exchange(batch_, {}), stop);
      if (!large_.empty()) {
        const Batch next = std::move(large_.front());
        large_.pop_front();
        flush(next, stop);
      }
    }
  }

 private:
  /// What brought a report of the batch, and where its answer goes.
  struct Delivery {
    Tag tag;
    std::string reply_to;
  };
  /// Reports that are saved together.
  struct Batch {
    std::vector<Report> reports = {};
    /// Of each of them.
    std::vector<Delivery> deliveries = {};
    std::size_t findings = 0;

    void add(Report&& report, Delivery&& delivery) {
      findings += findings_in(report.content);
      reports.push_back(std::move(report));
      deliveries.push_back(std::move(delivery));
    }
  };

  static std::size_t findings_in(const search::Findings& findings) {
    return findings.witnesses.size() + findings.violations.size() + findings.undecided.size();
  }
  static std::size_t findings_in(const decltype(Report::content)& content) {
    if (const auto* result = std::get_if<WorkResult>(&content)) {
      return findings_in(result->result.findings);
    }
    const auto* partial = std::get_if<Partial>(&content);
    return partial != nullptr && partial->prefix ? findings_in(partial->prefix->result.findings) : 0;
  }

  /// What is at hand; and while batches have several reports, what comes until one batch_wait after the last one began:
  /// else a transaction would be made of the few that came during the one before. A report alone waits for nothing.
  void collect(const std::stop_token& stop) {
    const Deadline deadline = Deadline::in(options_.batch_wait);
    while (batch_.reports.size() < options_.batch_max && batch_.findings < options_.batch_findings &&
           !deadline.has_passed()) {
      auto next = inbox_.take(next_batch_, stop);
      if (!next) {
        break;
      }
      accept(std::move(*next));
    }
    next_batch_ = Deadline::in(batch_.reports.size() > 1 ? options_.batch_wait : core::Milliseconds(0));
  }

  void accept(BrokerEvent event) {
    if (const auto* delivered = std::get_if<Delivered>(&event)) {
      auto report = decode_report(delivered->message.body, strategies_);
      if (auto* good = std::get_if<Report>(&report)) {
        batch_for(*good).add(std::move(*good), {delivered->tag, delivered->message.reply_to});
        return;
      }
      log_.warn("a report was refused",
                {{"message_id", delivered->message.id}, {"reason", core::refusal_reason(report)}});
      link_->reject(delivered->tag);
    } else if (std::holds_alternative<Connected>(event)) {
      connection_.found();
    } else if (const auto* lost = std::get_if<Disconnected>(&event)) {
      // Its tags are void; the reports come again.
      log_.warn("the broker is out of reach", {{"reason", lost->reason}, {"side", std::string(text(lost->side))}});
      if (lost->side != Side::Publishing) {
        connection_.lost();
        batch_ = {};
        large_.clear();
      }
    }
  }

  /// A part may be the last one of a large result. Parts of one result are saved together, and of nothing else.
  Batch& batch_for(const Report& report) {
    const auto* part = std::get_if<Part>(&report.content);
    if (part == nullptr) {
      return batch_;
    }
    const auto found = std::find_if(large_.begin(), large_.end(), [this, part](const Batch& batch) {
      return batch.reports.size() < options_.batch_max &&
             std::get<Part>(batch.reports.front().content).digest_of_whole == part->digest_of_whole;
    });
    return found == large_.end() ? large_.emplace_back() : *found;
  }

  /// COMMIT, then reply, then ack: in this order nothing that was acked can be missing from the ledger.
  void flush(const Batch& batch, const std::stop_token& stop) {
    if (batch.reports.empty()) {
      return;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto outcomes = commit(batch.reports, stop);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    options_.vitals.observe(metrics::save_duration, elapsed.count());
    crash_point("saver/committed");
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i]) {
        note(batch.reports[i], *outcomes[i]);
        answer(batch.reports[i], *outcomes[i], batch.deliveries[i].reply_to);
      }
    }
    crash_point("saver/replied");
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i]) {
        link_->ack(batch.deliveries[i].tag);
      } else {
        link_->reject(batch.deliveries[i].tag);
      }
    }
  }

  void answer(const Report& report, Outcome outcome, const std::string& reply_to) {
    if (!reply_to.empty()) {
      const auto* part = std::get_if<Part>(&report.content);
      link_->reply(reply_to, encode(Reply{.key = report.key,
                                          .attempt = report.attempt,
                                          .word = reply_word(outcome),
                                          .part = part == nullptr ? 0 : part->part,
                                          .provenance = report.provenance}));
    }
  }

  void note(const Report& report, Outcome outcome) {
    warn_about(report, outcome);
    if (outcome == Outcome::Stored && !std::holds_alternative<Started>(report.content)) {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      options_.vitals.set(metrics::last_block_saved, std::chrono::duration<double>(now).count());
    }
    if (outcome == Outcome::Conflict) {
      options_.vitals.count(metrics::mismatches);
    }
    if (outcome == Outcome::Foreign) {
      options_.vitals.count(metrics::foreign_reports);
    }
  }

  /// nullopt for a report that the store refuses as such, or never gets done. Fewer than there are reports only if a
  /// stop was requested while the store was out of order.
  std::vector<std::optional<Outcome>> commit(std::span<const Report> reports, const std::stop_token& stop) {
    try {
      const auto outcomes = commit_whole(reports, stop);
      return {outcomes.begin(), outcomes.end()};
    } catch (const runtime::Error& error) {
      if (!is_about_a_report(error)) {
        throw;
      }
      if (reports.size() == 1) {
        log_.error("the store refuses a report", {{"block_id", reports.front().key.block.value},
                                                  {"worker", reports.front().worker},
                                                  {"error", std::string(error.what())}});
        return {std::nullopt};
      }
      log_.warn("the store refuses a batch: its reports are saved one by one", {{"error", std::string(error.what())}});
    }
    std::vector<std::optional<Outcome>> outcomes;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const auto one = commit(reports.subspan(i, 1), stop);
      if (one.empty()) {
        break;
      }
      outcomes.push_back(one.front());
    }
    return outcomes;
  }

  /// Of several reports it may be one, and without that one the others are saved.
  static bool is_about_a_report(const runtime::Error& error) {
    return error.cause() == runtime::Cause::Data || error.cause() == runtime::Cause::Slow;
  }

  /// Tried until it succeeds or is hopeless; empty only if a stop was requested meanwhile.
  std::vector<Outcome> commit_whole(std::span<const Report> reports, const std::stop_token& stop) {
    core::Backoff backoff({.first = options_.retry_wait, .greatest = options_.retry_wait_max});
    unsigned slow = 0;
    while (true) {
      try {
        return ledger_.save(reports);
      } catch (const runtime::Error& error) {
        if (error.retry() == runtime::Retry::No) {
          throw;
        }
        options_.vitals.count(metrics::database_errors);
        if (error.cause() == runtime::Cause::Slow && ++slow >= options_.slow_max) {
          throw;
        }
        const auto wait = backoff.next();
        log_.warn("saving failed and is tried again",
                  {{"error", error.what()}, {"wait_ms", std::int64_t{wait.count()}}});
        runtime::pause(wait, stop);
        if (stop.stop_requested()) {
          return {};
        }
      }
    }
  }

  void warn_about(const Report& report, Outcome outcome) {
    if (outcome == Outcome::Foreign) {
      log_.warn("a report about another ledger or another search was refused",
                {{"block_id", report.key.block.value}, {"worker", report.worker}, {"outcome", "foreign"}});
    }
    if (outcome == Outcome::Unexpected) {
      log_.warn("a result has another digest than its order waits for, and is not stored",
                {{"block_id", report.key.block.value}, {"worker", report.worker}, {"outcome", "unexpected"}});
    }
    if (outcome == Outcome::Conflict || outcome == Outcome::Refused || outcome == Outcome::Unknown) {
      log_.error("a report contradicts the ledger",
                 {{"block_id", report.key.block.value},
                  {"worker", report.worker},
                  {"outcome", std::string(outcome == Outcome::Conflict ? "conflict" : text(reply_word(outcome)))}});
    }
  }

  SaveLedger& ledger_;
  const search::Strategies& strategies_;
  SaveOptions options_;
  runtime::Log& log_;
  ConnectionVitals connection_{options_.vitals};
  Inbox<BrokerEvent> inbox_;
  /// When the next batch may begin, if it is not full before.
  Deadline next_batch_ = Deadline::in(core::Milliseconds(0));
  Batch batch_;
  /// Parts, a batch for those at hand of one result.
  std::deque<Batch> large_;
  std::unique_ptr<Link> link_;
};

}  // namespace

void save(SaveLedger& ledger, Broker& broker, const search::Strategies& strategies, const SaveOptions& options,
          runtime::Log& log, const std::stop_token& stop) {
  Saver(ledger, broker, strategies, options, log).run(stop);
}

}  // namespace robin::flow
