#pragma once

// `robin-cluster run`: a cluster for one search, from its start to its result.

#include <string>
#include <vector>

#include "cluster/cluster.hpp"

namespace robin::cluster {

/// Thrown between two looks at a condition if somebody has told us to stop.
struct Interrupted {
  int signal;

  /// The exit status by which a shell knows it: 130 after Ctrl-C, else 143.
  [[nodiscard]] int status() const;
};

/// Blocks the signals that interrupt us for as long as it lives; they are asked for between looks. So no step is cut in
/// the middle, and nothing interrupts while things are being stopped.
class Interruption {
 public:
  Interruption();
  /// Throws Interrupted if such a signal has come.
  static void check();
  /// Takes the signal that has come and returns it; 0 if none has.
  [[nodiscard]] static int take();
};

struct RunOptions {
  unsigned consumers = 2;
  /// Whether the cluster is left running.
  bool keep = false;
  /// The search, as flags of robin submit.
  std::vector<std::string> search;
};

/// Runs it and returns the exit status of `robin submit --wait`. However this ends, what it started is stopped, unless
/// it is to be kept. Throws Error if the cluster does not start.
int run(const ClusterSettings& settings, const RunOptions& options);

}  // namespace robin::cluster
