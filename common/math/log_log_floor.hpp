#pragma once

// LogLogFloor: a lower bound of log log n as a function of log n, in doubles, for the inner loops that settle the clear
// cases. log is concave, so the chord between two neighbouring whole numbers lies below it; the ends of each chord are
// rounded down from enclosures. Immutable after construction; any thread may read it. See ALGORITHMS.md, "Clear cases".

#include <cstddef>
#include <vector>

namespace robin::math {

class LogLogFloor {
 public:
  /// Covers log n in [0, log_n_max).  Cost: log_n_max enclosed logarithms.
  explicit LogLogFloor(std::size_t log_n_max);

  /// A number <= log log n for every n with log n >= log_n (1 - 2^-40); log_n must be in range (unchecked). Below log n
  /// = 9 it is zero, which decides nothing: those n (all n <= 5040 among them) go to the enclosures at once.
  [[nodiscard]] double operator()(double log_n) const noexcept {
    const auto whole = static_cast<std::size_t>(log_n);
    const Chord& chord = chords_[whole];
    return chord.at_begin + chord.slope * (log_n - static_cast<double>(whole));
  }

 private:
  struct Chord {
    double at_begin;
    double slope;
  };
  std::vector<Chord> chords_;
};

}  // namespace robin::math
