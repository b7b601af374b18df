#include "flow/save.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "flow/inbox.hpp"
#include "flow/message.hpp"
#include "flow/metrics.hpp"
#include "flow/test_points.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

using runtime::Deadline;

class Saver {
 public:
  Saver(Store& store, Broker& broker, const search::Strategies& strategies, const SaveOptions& options,
        runtime::Log& log)
      : store_(store),
        strategies_(strategies),
        options_(options),
        log_(log),
        link_(broker.connect({Queue::Results, static_cast<std::uint16_t>(2 * options.batch_max), false},
                             [this](BrokerEvents events) { inbox_.put_all(std::move(events)); })) {}

  void run(const std::stop_token& stop) {
    auto loop = options_.vitals.loop("save");
    options_.vitals.count(metrics::mismatches, {}, 0);
    options_.vitals.count(metrics::database_errors, {}, 0);
    while (!stop.stop_requested()) {
      loop.turned();
      if (auto event = inbox_.take(Deadline::in(std::chrono::seconds(1)), stop)) {
        accept(std::move(*event));
        collect(stop);
        flush(stop);
      }
    }
  }

 private:
  /// A message and how many reports of the batch it brought.
  struct Delivery {
    Tag tag;
    std::string reply_to;
    std::size_t reports;
  };

  /// What is at hand; and while batches have several reports, what comes until one batch_wait after the last one began:
  /// else a transaction would be made of the few that came during the one before. A report alone waits for nothing.
  void collect(const std::stop_token& stop) {
    const Deadline deadline = Deadline::in(options_.batch_wait);
    while (batch_.size() < options_.batch_max && !deadline.has_passed()) {
      auto next = inbox_.take(next_batch_, stop);
      if (!next) {
        break;
      }
      accept(std::move(*next));
    }
    next_batch_ = Deadline::in(batch_.size() > 1 ? options_.batch_wait : runtime::Milliseconds(0));
  }

  void accept(BrokerEvent event) {
    if (const auto* delivered = std::get_if<Delivered>(&event)) {
      auto reports = decode_reports(delivered->message.body, strategies_);
      if (auto* good = std::get_if<std::vector<Report>>(&reports)) {
        deliveries_.push_back({delivered->tag, delivered->message.reply_to, good->size()});
        std::move(good->begin(), good->end(), std::back_inserter(batch_));
        return;
      }
      log_.warn("a report was refused",
                {{"message_id", delivered->message.id}, {"reason", math::refusal_reason(reports)}});
      link_->reject(delivered->tag);
    } else if (std::holds_alternative<Connected>(event)) {
      connection_.found();
    } else if (const auto* lost = std::get_if<Disconnected>(&event)) {
      // Its tags are void; the reports come again.
      log_.warn("the broker is out of reach", {{"reason", lost->reason}, {"side", std::string(text(lost->side))}});
      if (lost->side != Side::Publishing) {
        connection_.lost();
        batch_.clear();
        deliveries_.clear();
      }
    }
  }

  /// COMMIT, then reply, then ack: in this order nothing that was acked can be missing from the ledger.
  void flush(const std::stop_token& stop) {
    if (batch_.empty()) {
      return;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto outcomes = commit(stop);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    options_.vitals.observe(metrics::save_duration, elapsed.count());
    crash_point("saver/committed");
    std::size_t first = 0;
    std::size_t answered = 0;
    for (const Delivery& delivery : deliveries_) {
      if (first + delivery.reports > outcomes.size()) {
        break;
      }
      collect_replies(delivery, std::span(batch_).subspan(first, delivery.reports),
                      std::span(outcomes).subspan(first, delivery.reports));
      first += delivery.reports;
      ++answered;
    }
    send_bundles();
    crash_point("saver/replied");
    first = 0;
    for (const Delivery& delivery : std::span(deliveries_).first(answered)) {
      const auto of_it = std::span(outcomes).subspan(first, delivery.reports);
      first += delivery.reports;
      if (std::find(of_it.begin(), of_it.end(), std::nullopt) != of_it.end()) {
        link_->reject(delivery.tag);
      } else {
        link_->ack(delivery.tag);
      }
    }
    batch_.clear();
    deliveries_.clear();
  }

  /// Who sent one report alone gets its answer alone; who sent bundles reads them.
  void collect_replies(const Delivery& delivery, std::span<const Report> reports,
                       std::span<const std::optional<Outcome>> outcomes) {
    for (std::size_t i = 0; i < reports.size(); ++i) {
      const Report& report = reports[i];
      if (!outcomes[i]) {
        continue;
      }
      note(report, *outcomes[i]);
      if (delivery.reply_to.empty()) {
        continue;
      }
      const auto* part = std::get_if<Part>(&report.content);
      Message reply =
          encode(Reply{report.key, report.attempt, reply_word(*outcomes[i]), part == nullptr ? 0 : part->part});
      if (reports.size() == 1) {
        link_->reply(delivery.reply_to, std::move(reply));
        continue;
      }
      auto& waiting = replies_[delivery.reply_to];
      waiting.push_back(std::move(reply));
      if (waiting.size() == bundle_length_max) {
        link_->reply(delivery.reply_to, bundle(waiting));
        waiting.clear();
      }
    }
  }

  void send_bundles() {
    for (const auto& [address, waiting] : replies_) {
      if (!waiting.empty()) {
        link_->reply(address, bundle(waiting));
      }
    }
    replies_.clear();
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
  }

  /// nullopt for a report that the store refuses as such. Empty only if a stop was requested while the store was out of
  /// order.
  std::vector<std::optional<Outcome>> commit(const std::stop_token& stop) {
    try {
      const auto outcomes = commit(batch_, stop);
      return {outcomes.begin(), outcomes.end()};
    } catch (const runtime::Error& error) {
      if (error.cause() != runtime::Cause::Data) {
        throw;
      }
      log_.warn("the store refuses a batch: its reports are saved one by one", {{"error", std::string(error.what())}});
    }
    std::vector<std::optional<Outcome>> outcomes;
    for (const Report& report : batch_) {
      try {
        const auto one = commit(std::span(&report, 1), stop);
        if (one.empty()) {
          break;
        }
        outcomes.emplace_back(one.front());
      } catch (const runtime::Error& error) {
        if (error.cause() != runtime::Cause::Data) {
          throw;
        }
        log_.error(
            "the store refuses a report",
            {{"block_id", report.key.block.value}, {"worker", report.worker}, {"error", std::string(error.what())}});
        outcomes.emplace_back(std::nullopt);
      }
    }
    return outcomes;
  }

  /// Tried until it succeeds or is hopeless; empty only if a stop was requested meanwhile.
  std::vector<Outcome> commit(std::span<const Report> reports, const std::stop_token& stop) {
    for (auto wait = options_.retry_wait;; wait = std::min(2 * wait, options_.retry_wait_max)) {
      try {
        return store_.save(reports);
      } catch (const runtime::Error& error) {
        if (error.retry() == runtime::Retry::No) {
          throw;
        }
        options_.vitals.count(metrics::database_errors);
        log_.warn("saving failed and is tried again",
                  {{"error", error.what()}, {"wait_ms", std::int64_t{wait.count()}}});
        Inbox<int> nothing;
        nothing.take(Deadline::in(wait), stop);
        if (stop.stop_requested()) {
          return {};
        }
      }
    }
  }

  void warn_about(const Report& report, Outcome outcome) {
    if (outcome == Outcome::Conflict || outcome == Outcome::Refused || outcome == Outcome::Unknown) {
      log_.error(
          "a report contradicts the ledger",
          {{"block_id", report.key.block.value},
           {"worker", report.worker},
           {"outcome", outcome == Outcome::Conflict ? std::string("conflict") : std::string(reply_word(outcome))}});
    }
  }

  Store& store_;
  const search::Strategies& strategies_;
  SaveOptions options_;
  runtime::Log& log_;
  ConnectionVitals connection_{options_.vitals};
  Inbox<BrokerEvent> inbox_;
  /// When the next batch may begin, if it is not full before.
  Deadline next_batch_ = Deadline::in(runtime::Milliseconds(0));
  std::vector<Report> batch_;
  std::vector<Delivery> deliveries_;
  /// By address, until a batch is answered.
  std::map<std::string, std::vector<Message>> replies_;
  std::unique_ptr<Link> link_;
};

}  // namespace

void save(Store& store, Broker& broker, const search::Strategies& strategies, const SaveOptions& options,
          runtime::Log& log, const std::stop_token& stop) {
  Saver(store, broker, strategies, options, log).run(stop);
}

}  // namespace robin::flow
