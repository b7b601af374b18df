#include "runtime/vitals.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

#include "core/contract.hpp"

namespace robin::runtime {
namespace {

using Clock = std::chrono::steady_clock;

template <class Kind>
using Families = std::map<std::string, prometheus::Family<Kind>*>;

}  // namespace

struct Vitals::State {
  mutable std::mutex mutex;
  prometheus::Registry registry;
  Families<prometheus::Counter> counters;
  Families<prometheus::Gauge> gauges;
  Families<prometheus::Histogram> histograms;
  std::map<std::string, Clock::time_point> loops;
  std::map<std::string, bool> ready;

  template <class Kind, class Build>
  prometheus::Family<Kind>& family(Families<Kind>& families, const Metric& metric, Build build) {
    auto& found = families[metric.name];
    if (found == nullptr) {
      found = &build().Name(metric.name).Help(metric.help).Register(registry);
    }
    return *found;
  }
};

Vitals::Vitals() : state_(std::make_unique<State>()) {}
Vitals::~Vitals() = default;

void Vitals::count(const Metric& metric, const Labels& labels, double by) {
  ROBIN_ASSERT(metric.kind == MetricKind::Counter && by >= 0, "only counters count, and only upwards");
  const std::scoped_lock lock(state_->mutex);
  state_->family(state_->counters, metric, prometheus::BuildCounter).Add(labels).Increment(by);
}

void Vitals::set(const Metric& metric, double value, const Labels& labels) {
  ROBIN_ASSERT(metric.kind == MetricKind::Gauge, "only gauges are set");
  const std::scoped_lock lock(state_->mutex);
  state_->family(state_->gauges, metric, prometheus::BuildGauge).Add(labels).Set(value);
}

void Vitals::observe(const Metric& metric, double value, const Labels& labels) {
  ROBIN_ASSERT(metric.kind == MetricKind::Histogram && !metric.buckets.empty(), "histograms have buckets");
  const std::scoped_lock lock(state_->mutex);
  state_->family(state_->histograms, metric, prometheus::BuildHistogram).Add(labels, metric.buckets).Observe(value);
}

std::string Vitals::metrics_text() const {
  const std::scoped_lock lock(state_->mutex);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

Vitals::Loop::Loop(Vitals* vitals, std::string name) : vitals_(vitals), name_(std::move(name)) { turned(); }

Vitals::Loop::~Loop() {
  if (vitals_ != nullptr) {
    const std::scoped_lock lock(vitals_->state_->mutex);
    vitals_->state_->loops.erase(name_);
  }
}

void Vitals::Loop::turned() {
  if (vitals_ != nullptr) {
    const std::scoped_lock lock(vitals_->state_->mutex);
    vitals_->state_->loops[name_] = Clock::now();
  }
}

std::vector<std::string> Vitals::stuck(std::chrono::milliseconds limit) const {
  const std::scoped_lock lock(state_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, turned] : state_->loops) {
    if (Clock::now() - turned > limit) {
      names.push_back(name);
    }
  }
  return names;
}

void Vitals::set_ready(const std::string& part, bool ready) {
  const std::scoped_lock lock(state_->mutex);
  state_->ready[part] = ready;
}

std::vector<std::string> Vitals::unready() const {
  const std::scoped_lock lock(state_->mutex);
  std::vector<std::string> parts;
  for (const auto& [part, ready] : state_->ready) {
    if (!ready) {
      parts.push_back(part);
    }
  }
  if (state_->ready.empty()) {
    parts.emplace_back("start");
  }
  return parts;
}

}  // namespace robin::runtime
