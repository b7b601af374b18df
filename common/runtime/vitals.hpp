#pragma once

// Vitals: what a process shows of itself to whoever watches: metrics, whether its loops turn, whether it is ready for
// work. Metrics are Prometheus's kinds; names are in flow/loops/metrics.hpp. Any thread may call; a call costs a lock
// and a lookup, so per block, never per candidate.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace robin::runtime {

enum class MetricKind { Counter, Gauge, Histogram };

struct Metric {
  const char* name;
  const char* help;
  MetricKind kind;
  /// The upper ends of the buckets, ascending; only a histogram has any.
  std::vector<double> buckets = {};
};

using Labels = std::map<std::string, std::string>;

class Vitals {
 public:
  Vitals();
  ~Vitals();
  Vitals(const Vitals&) = delete;
  Vitals& operator=(const Vitals&) = delete;

  // Metrics: the first call with new labels makes the series, with 0 it only shows it.
  void count(const Metric& metric, const Labels& labels = {}, double by = 1);
  void set(const Metric& metric, double value, const Labels& labels = {});
  void observe(const Metric& metric, double value, const Labels& labels = {});
  /// All series in Prometheus's text format.
  [[nodiscard]] std::string metrics_text() const;

  /// Registers a loop that must turn as long as this object lives.
  class Loop {
   public:
    Loop(Vitals* vitals, std::string name);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    void turned();

   private:
    Vitals* vitals_;
    std::string name_;
  };
  /// The names of the loops that have not turned for longer than `limit`.
  [[nodiscard]] std::vector<std::string> stuck(std::chrono::milliseconds limit) const;

  /// Says whether a part is ready. The process is ready when all its parts are: `broker` while connected, `work` while
  /// it takes any.
  void set_ready(const std::string& part, bool ready);
  /// The parts that are not ready; "start" if the process has named none yet.
  [[nodiscard]] std::vector<std::string> unready() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Vitals that may be absent: without any, as in a process that nobody watches, calls do nothing.
class OptionalVitals {
 public:
  OptionalVitals() = default;
  OptionalVitals(Vitals* vitals) : vitals_(vitals) {}  // NOLINT(google-explicit-constructor): an option like any other

  void count(const Metric& metric, const Labels& labels = {}, double by = 1) const {
    if (vitals_ != nullptr) {
      vitals_->count(metric, labels, by);
    }
  }
  void set(const Metric& metric, double value, const Labels& labels = {}) const {
    if (vitals_ != nullptr) {
      vitals_->set(metric, value, labels);
    }
  }
  void observe(const Metric& metric, double value, const Labels& labels = {}) const {
    if (vitals_ != nullptr) {
      vitals_->observe(metric, value, labels);
    }
  }
  void set_ready(const std::string& part, bool ready) const {
    if (vitals_ != nullptr) {
      vitals_->set_ready(part, ready);
    }
  }
  [[nodiscard]] Vitals::Loop loop(std::string name) const { return {vitals_, std::move(name)}; }

 private:
  Vitals* vitals_ = nullptr;
};

}  // namespace robin::runtime
