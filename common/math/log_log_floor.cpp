#include "math/log_log_floor.hpp"

#include "math/interval.hpp"

namespace robin::math {
namespace {

constexpr PrecisionBits precision{80};
constexpr std::size_t first_chord = 9;

/// Covers the rounding of log_n (2^-40 of it, worth 2^-40 in its logarithm) and of the chord's own evaluation.
constexpr double slack = 0x1p-38;

double floor_of_log(std::size_t whole) {
  return Interval::log(Interval::from(Integer(whole), precision), precision).lower_double() - slack;
}

}  // namespace

LogLogFloor::LogLogFloor(std::size_t log_n_max) {
  chords_.reserve(log_n_max);
  for (std::size_t whole = 0; whole < log_n_max; ++whole) {
    if (whole < first_chord) {
      chords_.push_back({0.0, 0.0});
      continue;
    }
    const double begin = floor_of_log(whole);
    chords_.push_back({begin, floor_of_log(whole + 1) - begin});
  }
}

}  // namespace robin::math
