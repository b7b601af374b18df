#include "flow/loops/report_outbox.hpp"

#include <algorithm>
#include <utility>

namespace robin::flow {

void ReportOutbox::publish(JobNumber job, std::vector<Message> parts, Travel travel, core::Milliseconds patience,
                           core::SteadyTime now) {
  Report& report = reports_[job] = {std::move(parts), patience, {}};
  set_due(report, now + patience);
  for (std::size_t part = 0; part < report.parts.size(); ++part) {
    put(job, report, part, travel);
  }
}

std::optional<JobNumber> ReportOutbox::settle(const Confirmed& confirmed, core::SteadyTime now) {
  const auto published = published_.extract(confirmed.ticket);
  const auto found = published.empty() ? reports_.end() : reports_.find(published.mapped());
  if (found == reports_.end()) {
    return std::nullopt;
  }
  Report& report = found->second;
  const auto part = report.unconfirmed.extract(confirmed.ticket);
  if (part.empty()) {
    return std::nullopt;
  }
  if (confirmed.confirm != Confirm::Accepted) {
    report.refused.push_back(part.mapped());
    set_due(report, now + options_.publish_retry);
    return std::nullopt;
  }
  if (!report.unconfirmed.empty() || !report.refused.empty()) {
    return std::nullopt;
  }
  set_due(report, now + report.patience);
  return found->first;
}

std::vector<JobNumber> ReportOutbox::repeat(core::SteadyTime now) {
  std::vector<JobNumber> unanswered;
  if (now < next_due_) {
    return unanswered;
  }
  next_due_ = core::SteadyTime::max();
  for (auto& [job, report] : reports_) {
    if (now >= report.due) {
      auto parts = std::exchange(report.refused, {});
      if (parts.empty()) {
        unanswered.push_back(job);
        report.patience = std::min(2 * report.patience, options_.answer_timeout);
        report.unconfirmed.clear();
        for (std::size_t part = 0; part < report.parts.size(); ++part) {
          parts.push_back(part);
        }
      }
      report.due = now + report.patience;
      for (const std::size_t part : parts) {
        put(job, report, part, Travel::Alone);
      }
    }
    next_due_ = std::min(next_due_, report.due);
  }
  return unanswered;
}

void ReportOutbox::put(JobNumber job, Report& report, std::size_t part, Travel travel) {
  Message& message = report.parts[part];
  message.reply_to = reply_address_;
  const Ticket ticket = publish_(message, travel);
  report.unconfirmed.emplace(ticket, part);
  published_.emplace(ticket, job);
}

void ReportOutbox::set_due(Report& report, core::SteadyTime due) {
  report.due = due;
  next_due_ = std::min(next_due_, due);
}

}  // namespace robin::flow
