#include "math/log_log_floor.hpp"

#include <algorithm>

#include "math/interval.hpp"

namespace robin::math {
namespace {

constexpr PrecisionBits working_precision{80};
constexpr std::size_t first_chord = 9;

/// Covers the rounding of log_n (2^-40 of it, worth 2^-40 in its logarithm) and of the chord's own evaluation.
constexpr double slack = 0x1p-38;

double floor_of_log(std::size_t whole) {
  return Interval::log(Interval::from(Integer(whole), working_precision), working_precision).lower_double() - slack;
}

}  // namespace

LogLogFloor::LogLogFloor(std::size_t log_n_max) : chords_(std::min(log_n_max, first_chord), Chord{0.0, 0.0}) {
  chords_.reserve(log_n_max);
  double begin = floor_of_log(first_chord);
  for (std::size_t whole = first_chord; whole < log_n_max; ++whole) {
    const double end = floor_of_log(whole + 1);
    chords_.push_back({begin, end - begin});
    begin = end;
  }
}

}  // namespace robin::math
