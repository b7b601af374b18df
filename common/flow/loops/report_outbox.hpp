#pragma once

// ReportOutbox: the reports of a consumer that are not answered yet. It publishes them, takes the broker's confirms,
// and publishes again what the broker did not take and what was not answered in time, until forget() is called for the
// job. A report that is published again travels alone, so that a bad one beside it cannot harm it a second time. Times
// are passed in. Used by one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "flow/ports/broker.hpp"

namespace robin::flow {

/// Names the job that a report is about. A job has one report at a time.
using JobNumber = std::uint64_t;

class ReportOutbox {
 public:
  struct Options {
    /// What the broker did not take is published again after this time.
    core::Milliseconds publish_retry;
    /// The longest wait for an answer. The first one may be shorter (`patience` of publish()); each further one is
    /// twice as long as the one before, up to this.
    core::Milliseconds answer_timeout;
  };
  using Publish = std::function<Ticket(Message, Travel)>;

  ReportOutbox(const Options& options, Publish publish) : options_(options), publish_(std::move(publish)) {}

  /// Where answers go from now on, also those to reports that are published again.
  void set_reply_address(std::string address) { reply_address_ = std::move(address); }
  [[nodiscard]] const std::string& reply_address() const { return reply_address_; }

  /// Publishes the report of a job, in one message or in parts. It replaces an earlier report of the same job.
  /// `patience` is the first wait for its answer.
  void publish(JobNumber job, std::vector<Message> parts, Travel travel, core::Milliseconds patience,
               core::SteadyTime now);
  /// Drops the report of a job: it was answered, or nobody waits for its answer.
  void forget(JobNumber job) { reports_.erase(job); }

  /// Takes a confirm. Returns the job whose report the broker has now taken as a whole, if this was its last message.
  std::optional<JobNumber> settle(const Confirmed& confirmed, core::SteadyTime now);
  /// Publishes again what is due. Returns the jobs whose answers did not come in time.
  std::vector<JobNumber> repeat(core::SteadyTime now);
  /// The earliest time at which something may be due.
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
  /// For each message that is not confirmed: the job whose report it belongs to.
  std::map<Ticket, JobNumber> published_;
  core::SteadyTime next_due_ = core::SteadyTime::max();
};

}  // namespace robin::flow
