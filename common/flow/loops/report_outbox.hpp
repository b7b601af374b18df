#pragma once

// ReportOutbox: the reports of a consumer that are not answered yet. It publishes them, listens for the broker's
// confirms, and publishes again what the broker did not take and what is not answered in time, until the owner of a
// report forgets it. What is published again travels alone: what is wrong with others harms it no more. Times are
// passed in. Used by one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"

namespace robin::flow {

/// Names the job that a report is about; it has one report at a time.
using JobNumber = std::uint64_t;

class ReportOutbox {
 public:
  struct Options {
    /// What the broker did not take is published again after this.
    core::Milliseconds publish_retry;
    /// The first wait for an answer may be shorter: each further one is twice as long, up to this.
    core::Milliseconds answer_timeout;
  };
  using Publish = std::function<Ticket(Message, Travel)>;

  ReportOutbox(const Options& options, Publish publish) : options_(options), publish_(std::move(publish)) {}

  /// Where answers go from now on, to what is published again, too.
  void set_reply_address(std::string address) { reply_address_ = std::move(address); }
  [[nodiscard]] const std::string& reply_address() const { return reply_address_; }

  /// In place of an earlier report of the same job. `patience`: for its answer.
  void publish(JobNumber job, std::vector<Message> parts, Travel travel, core::Milliseconds patience,
               core::SteadyTime now);
  /// It is answered, or nobody waits for its answer.
  void forget(JobNumber job) { reports_.erase(job); }

  /// The job whose report the broker has now taken as a whole, if this was the last of it.
  std::optional<JobNumber> settle(const Confirmed& confirmed, core::SteadyTime now);
  /// Publishes again what is due; the jobs whose answers did not come in time.
  std::vector<JobNumber> repeat(core::SteadyTime now);
  /// When something is due, at the earliest.
  [[nodiscard]] core::SteadyTime next_due() const { return next_due_; }

 private:
  struct Report {
    std::vector<Message> parts;
    core::Milliseconds patience;
    core::SteadyTime due;
    std::map<Ticket, std::size_t> unconfirmed = {};
    /// Parts that the broker did not take.
    std::vector<std::size_t> refused = {};
  };

  void put(JobNumber job, Report& report, std::size_t part, Travel travel);
  void set_due(Report& report, core::SteadyTime due);

  Options options_;
  Publish publish_;
  std::string reply_address_;
  std::map<JobNumber, Report> reports_;
  /// By a message that is out: whose report it is of.
  std::map<Ticket, JobNumber> published_;
  core::SteadyTime next_due_ = core::SteadyTime::max();
};

}  // namespace robin::flow
