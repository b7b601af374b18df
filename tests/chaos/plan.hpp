#pragma once

// Plan: which faults hit what and when, drawn from a seed: the same seed and options make the same plan.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace robin::chaos {

using Milliseconds = std::chrono::milliseconds;

enum class Fault {
  Kill,             ///< a service dies without a word
  Terminate,        ///< a service is told to stop (SIGTERM), and must within its grace, with status 0
  Evict,            ///< a consumer is told to go at once (SIGQUIT)
  Freeze,           ///< a service stands still for a while, and wakes
  RestartRabbitmq,  ///< stopped and started
  KillRabbitmq,
  RestartPostgres,  ///< in immediate mode
  KillPostgres,     ///< as by a power cut
  SilentBroker,     ///< the network to it forwards nothing for a while
  SilentDatabase,
  CutBroker,  ///< every connection to it breaks
  CutDatabase,
  Drain,    ///< ordered, and ended after a while
  Pause,    ///< of the search, and it goes on after a while
  Share,    ///< another share for the search
  Cancel,   ///< another search is submitted, and ended after a while
  Compact,  ///< of all that is audited
};

[[nodiscard]] std::string_view text(Fault fault);
/// By names separated by commas, `all` for each of them once, NAME*N for N times; throws std::invalid_argument naming
/// what is none.
[[nodiscard]] std::vector<Fault> faults_from(const std::string& names);

struct PlannedFault {
  /// After the beginning.
  Milliseconds at;
  Fault fault;
  /// Which process of all, where one is meant.
  std::uint64_t victim;
  /// How long, where that matters.
  Milliseconds span;
};

struct PlanOptions {
  std::uint64_t seed = 1;
  Milliseconds length{20'000};
  /// Mean distance; each lies between half and one and a half of it.
  Milliseconds every{2'000};
  Milliseconds span_min{500};
  Milliseconds span_max{8'000};
  std::vector<Fault> faults;
  /// Each of `faults` once in any order, and then the end, whatever the length.
  bool exactly = false;
};

[[nodiscard]] std::vector<PlannedFault> plan(const PlanOptions& options);

}  // namespace robin::chaos
