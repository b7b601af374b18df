#include "chaos/plan.hpp"

#include <array>
#include <random>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace robin::chaos {
namespace {

constexpr std::array<std::pair<Fault, std::string_view>, 17> names = {{
    {Fault::Kill, "kill"},
    {Fault::Terminate, "terminate"},
    {Fault::Evict, "evict"},
    {Fault::Freeze, "freeze"},
    {Fault::RestartRabbitmq, "restart-rabbitmq"},
    {Fault::KillRabbitmq, "kill-rabbitmq"},
    {Fault::RestartPostgres, "restart-postgres"},
    {Fault::KillPostgres, "kill-postgres"},
    {Fault::SilentBroker, "silent-broker"},
    {Fault::SilentDatabase, "silent-database"},
    {Fault::CutBroker, "cut-broker"},
    {Fault::CutDatabase, "cut-database"},
    {Fault::Drain, "drain"},
    {Fault::Pause, "pause"},
    {Fault::Share, "share"},
    {Fault::Cancel, "cancel"},
    {Fault::Compact, "compact"},
}};

}  // namespace

std::string_view text(Fault fault) {
  for (const auto& [known, name] : names) {
    if (known == fault) {
      return name;
    }
  }
  return "";
}

std::vector<Fault> faults_from(const std::string& list) {
  std::vector<Fault> faults;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    bool found = false;
    std::size_t times = 1;
    if (const std::size_t star = word.find('*'); star != std::string::npos) {
      times = std::stoul(word.substr(star + 1));
      word.resize(star);
    }
    for (const auto& [fault, name] : names) {
      if (word == name || word == "all") {
        faults.insert(faults.end(), times, fault);
        found = true;
      }
    }
    if (!found) {
      throw std::invalid_argument("--faults: " + word + " is no fault");
    }
  }
  return faults;
}

std::vector<PlannedFault> plan(const PlanOptions& options) {
  std::mt19937_64 random(options.seed);
  const auto between = [&random](std::int64_t low, std::int64_t high) {
    // Not std::uniform_int_distribution: the same plan with every library.
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  const auto index = [&between](std::size_t count) {
    return static_cast<std::size_t>(between(0, static_cast<std::int64_t>(count) - 1));
  };
  std::vector<Fault> faults = options.faults;
  for (std::size_t left = faults.size(); options.exactly && left > 1; --left) {
    std::swap(faults[left - 1], faults[index(left)]);
  }
  std::vector<PlannedFault> all;
  const std::int64_t every = options.every.count();
  const auto step = [&] { return Milliseconds(between(every / 2, every + every / 2)); };
  for (Milliseconds at = step(); options.exactly ? all.size() < faults.size() : at < options.length; at += step()) {
    const Fault fault = faults[options.exactly ? all.size() : index(faults.size())];
    const auto victim = static_cast<std::uint64_t>(between(0, 999));
    all.push_back({at, fault, victim, Milliseconds(between(options.span_min.count(), options.span_max.count()))});
  }
  return all;
}

}  // namespace robin::chaos
