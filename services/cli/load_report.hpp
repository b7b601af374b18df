#pragma once

// LoadReport: what a load test measured, as text, JSON, and a page of HTML with its plots that needs nothing else. A
// value; used by one thread.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/process_watch.hpp"

namespace robin::cli {

/// How long blocks took for a stage, in seconds.
struct LoadStage {
  std::string name;
  /// What the stage is, from when to when, in words.
  std::string meaning;
  std::vector<double> seconds;  // ascending once in a report

  /// The least time that at least `share` of the blocks did not exceed; 0 without blocks.
  [[nodiscard]] double percentile(double share) const;
};

struct LoadReport {
  std::int64_t search = 0;
  std::uint64_t blocks = 0;
  double work_ms = 0;
  unsigned consumers = 0;
  /// Seconds from the submission to the moment when the last block was FINISHED.
  double seconds = 0;
  std::vector<LoadStage> stages = {};
  /// When blocks finished, in seconds since the submission, ascending.
  std::vector<double> finished_at = {};
  std::vector<ProcessWatch::Watched> processes = {};
  /// Facts about the measurement: machine, versions, date.
  std::vector<std::pair<std::string, std::string>> facts = {};

  [[nodiscard]] double blocks_per_second() const { return seconds > 0 ? static_cast<double>(blocks) / seconds : 0; }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] nlohmann::ordered_json json() const;
  [[nodiscard]] std::string html() const;
};

}  // namespace robin::cli
