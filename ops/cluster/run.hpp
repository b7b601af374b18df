#pragma once

// `robin-cluster run`: a cluster for one search, from its start to its result.

#include <string>
#include <vector>

#include "cluster/cluster.hpp"

namespace robin::cluster {

/// What a terminal or whoever stops us has sent: thrown between two looks at a condition.
struct Interrupted {
  int signal;

  /// As a shell says it: 130 after Ctrl-C, else 143.
  [[nodiscard]] int status() const;
};

/// The signals that interrupt us, blocked for as long as this lives and asked for between looks: so nothing is cut in
/// the middle, and while things are being stopped nobody asks.
class Interruption {
 public:
  Interruption();
  /// Throws Interrupted if one has come.
  static void check();
  /// Sets which of them has come, if any.
  [[nodiscard]] static int take();
};

struct RunOptions {
  unsigned consumers = 2;
  /// Leaves the cluster running.
  bool keep = false;
  /// Flags of robin submit.
  std::vector<std::string> search;
};

/// Returns the exit status: that of `robin submit --wait`. Whatever ends us, what we started ends, too, unless it is to
/// be kept. Throws Error if the cluster does not start.
int run(const ClusterSettings& settings, const RunOptions& options);

}  // namespace robin::cluster
