#pragma once

// The workloads whose figures are to be beaten: each with what stands there today, where Debian has it.

#include <optional>
#include <string>
#include <vector>

namespace robin::bench {

/// A program that does the work, or a smaller piece of the same work.
struct Contender {
  std::string name;
  std::vector<std::string> command;
  /// How much of it is done: numbers, candidates.
  double items;
};

struct Workload {
  std::string name;
  std::string what;
  /// The first is robin.
  std::vector<Contender> contenders;
  /// What robin must reach: at most so many times each peer's CPU time for the same work, at most so many seconds, or
  /// at least so many items a second.
  std::optional<double> ratio_max;
  std::optional<double> seconds_max;
  std::optional<double> rate_min;
  std::optional<double> mebibytes_max;
};

/// In a command: a file that does not exist yet.
inline constexpr const char* fresh_file = "@fresh@";

/// All of them; `robin` is the program to be measured, `primesieves` are the programs beside which the certificate is,
/// `ratio_max` what it must reach beside each.
[[nodiscard]] std::vector<Workload> workloads(const std::string& robin, const std::vector<std::string>& primesieves,
                                              double ratio_max);

/// A family of workloads of growing height.
struct Growth {
  std::string name;
  std::string what;
  std::string height_name;
  struct Step {
    double height;
    std::vector<std::string> command;
    double items;
  };
  std::vector<Step> steps;
};
[[nodiscard]] std::vector<Growth> growths(const std::string& robin);

}  // namespace robin::bench
