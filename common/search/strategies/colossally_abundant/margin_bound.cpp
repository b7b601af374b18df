#include "search/strategies/colossally_abundant/margin_bound.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/contract.hpp"
#include "search/prime_windows/margin_terms.hpp"
#include "search/prime_windows/window.hpp"

namespace robin::search::colossally_abundant {
namespace {

/// Coarse units of L, in which a slope may be multiplied: 2^-32.
constexpr unsigned coarse_drop = log_bits - 32;
constexpr unsigned slope_bits = 40;

std::uint64_t root(std::uint64_t n) {
  auto r = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
  while (r * r > n) {
    --r;
  }
  while ((r + 1) * (r + 1) <= n) {
    ++r;
  }
  return r;
}

/// A concave function between two points, from below: its chord. The values are lower bounds at the ends.
class Chord {
 public:
  Chord(int128 at_begin, int128 at_end, uint128 length)
      : at_begin_(at_begin),
        // Rounded down, and none if the roundings of the ends made it fall: then the beginning is the bound.
        slope_(at_end <= at_begin || length == 0
                   ? 0
                   : static_cast<int128>((static_cast<uint128>(at_end - at_begin) << slope_bits) /
                                         ((length >> coarse_drop) + 1))) {}

  [[nodiscard]] int128 at(uint128 offset) const {
    return at_begin_ + ((slope_ * static_cast<int128>(offset >> coarse_drop)) >> slope_bits);
  }

 private:
  int128 at_begin_;
  int128 slope_;
};

}  // namespace

References::References(std::uint64_t begin)
    : at{begin - root(begin), begin, begin + root(begin)}, limit(begin + 2 * root(begin)) {}

std::optional<MarginAt> interpolate(const MarginBound& bound, std::uint64_t begin, uint128 log_lo, uint128 log_hi) {
  const References references(begin);
  if (log_lo < whole(references.at.front()) || log_hi > whole(references.limit)) {
    return std::nullopt;
  }
  // D does not decrease, so beyond the last reference its value there is a bound.
  if (log_lo >= whole(references.at.back())) {
    return MarginAt{bound.at.back(), bound.minimum_at.back(), false};
  }
  const std::size_t i = log_lo < whole(references.at[1]) ? 0 : 1;
  const uint128 length = whole(references.at[i + 1] - references.at[i]);
  const uint128 offset = log_lo - whole(references.at[i]);
  const Chord chord(bound.at[i], bound.at[i + 1], length);
  return MarginAt{chord.at(offset), bound.minimum_at[offset < length / 2 ? i : i + 1], true};
}

int128 most_lost_inside(std::uint64_t begin, uint128 log_hi, uint128 inside_hi) {
  return static_cast<int128>(rate_difference(begin, log_hi + inside_hi) * ((inside_hi >> log_bits) + 1));
}

int128 moved_bound(const SliceBound& slice, std::uint64_t begin, uint128 log_lo) {
  // log log(L + l) - log log(A + l) falls with l if L > A, and grows if L < A: its least value is at an end of the
  // slice.
  const uint128 inside = log_lo > whole(begin) ? slice.log_up_to_end : slice.log_before;
  // Floors may lie 2^-60 below their values: the one that is taken away, and the one that this bound is compared with.
  constexpr int128 floor_error = int128{1} << (growth_bits - 59U);
  return slice.at_begin_of_run + log_log_floor(log_lo + inside) - log_log_floor(whole(begin) + inside) - floor_error;
}

MarginBounding::MarginBounding(std::uint64_t begin, const StepSums& inside) : references_(begin), before_(inside) {
  ROBIN_ASSERT(windows_begin <= begin, "windows begin at 2^20");
  bound_.at.fill(none);
  bound_.minimum_at.fill(begin);
  for (std::size_t i = 0; i < floor_.size(); ++i) {
    floor_[i] = log_log_floor(whole(references_.at[i]) + inside.log_lo);
  }
}

void MarginBounding::add(std::uint64_t begin, const StepSums& sums) {
  if (const std::uint64_t group = group_begin(begin); group != group_) {
    settle_group();
    group_ = group;
  }
  windows_.push_back({begin, before_.log_lo, before_.growth_hi, sums.log_hi});
  before_ += sums;
}

void MarginBounding::settle_group() {
  if (windows_.empty()) {
    return;
  }
  const uint128 begin = windows_.front().log_lo;
  const uint128 length = before_.log_lo - begin;
  const uint128 rate = rate_difference(windows_.front().begin, whole(references_.limit) + before_.log_hi);
  for (std::size_t i = 0; i < floor_.size(); ++i) {
    const int128 next_floor = log_log_floor(whole(references_.at[i]) + before_.log_lo);
    const Chord chord(floor_[i], next_floor, length);
    // A itself.
    constexpr std::size_t middle = 1;
    for (const Window& window : windows_) {
      const uint128 inside = (window.log_inside_hi >> log_bits) + 1;
      const int128 value =
          chord.at(window.log_lo - begin) - static_cast<int128>(window.growth_hi) - static_cast<int128>(rate * inside);
      if (value < bound_.at[i]) {
        bound_.at[i] = value;
        bound_.minimum_at[i] = window.begin;
      }
      if (i == middle) {
        of_slice_ = std::min(of_slice_, value);
      }
    }
    floor_[i] = next_floor;
  }
  windows_.clear();
}

int128 MarginBounding::end_slice() {
  settle_group();
  group_ = 0;
  return std::exchange(of_slice_, none);
}

MarginBound MarginBounding::finish() && {
  settle_group();
  return bound_;
}

}  // namespace robin::search::colossally_abundant
