#pragma once

// MarginBound: the concave function D(L) of a run of windows [A, B): for every L = log N at A with L <= the limit, each
// colossally abundant number met in the run has gamma + log log(log N') - S' >= D(L) - S, where S is log(sigma(N)/N) at
// A. Known at three references around A, rounded down; between them linear interpolation is a lower bound, because a
// minimum of concave functions is concave. So a block can be examined without knowing any other. Derivation:
// ALGORITHMS.md, "Blocks are independent".

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "search/prime_windows/step_sums.hpp"

namespace robin::search::colossally_abundant {

using namespace prime_windows;  // NOLINT(google-build-using-namespace): what the strategy stands on

/// The references for L: A - sqrt A, A, A + sqrt A and A + 2 sqrt A, with sqrt A rounded down. L lies within about sqrt
/// A of A.
struct References {
  explicit References(std::uint64_t begin);
  /// The references, whole numbers.
  std::array<std::uint64_t, 3> at;
  std::uint64_t limit;
};

struct MarginBound {
  /// D at the references, in units of 2^-96.
  std::array<int128, 3> at;
  /// The begin of the window that attains it.
  std::array<std::uint64_t, 3> minimum_at;

  friend bool operator==(const MarginBound&, const MarginBound&) = default;
};

/// D(L) by interpolation, and where its minimum is attained, for the run that begins at A. nullopt if L, of which
/// log_lo and log_hi are the ends in units of 2^-64, is not enclosed by the references.
struct MarginAt {
  int128 value;
  std::uint64_t window;
  /// What is beyond the last reference is still bounded, but the bound is the looser the further log N lies from it.
  bool is_between_references;
};
[[nodiscard]] std::optional<MarginAt> interpolate(const MarginBound& bound, std::uint64_t begin, uint128 log_lo,
                                                  uint128 log_hi);

/// How much less the margin may be at any number met in a window that begins at `begin` than where it begins, in units
/// of 2^-96, rounded up: L is at most log_hi there, and the window adds at most inside_hi to it (units of 2^-64).
[[nodiscard]] int128 most_lost_inside(std::uint64_t begin, uint128 log_hi, uint128 inside_hi);

/// Takes the windows of a run in order.
class MarginBounding {
 public:
  /// For the run that begins at A, from where it has added `inside` to L and S.  Requires A >= 2^20 (asserted).
  explicit MarginBounding(std::uint64_t begin, const StepSums& inside = {});

  /// Takes the window that begins at `begin`, with the sums of all its steps.  Cost: a few logarithms a group of
  /// windows.
  void add(std::uint64_t begin, const StepSums& sums);

  /// Ends a slice with the windows since the last call: returns D(A) of them alone, to be moved to another L by
  /// moved_bound().
  [[nodiscard]] int128 end_slice();

  [[nodiscard]] MarginBound finish() &&;

 private:
  struct Window {
    std::uint64_t begin;
    uint128 log_lo;         // L added before it
    uint128 growth_hi;      // S added before it
    uint128 log_inside_hi;  // L added inside
  };

  void settle_group();

  static constexpr int128 none = std::numeric_limits<std::int64_t>::max() * (int128{1} << 63U);

  References references_;
  std::uint64_t group_ = 0;
  StepSums before_;
  std::vector<Window> windows_;
  /// gamma + log log at the beginning of the group, for each reference.
  std::array<int128, 3> floor_{};
  MarginBound bound_;
  int128 of_slice_ = none;
};

/// A slice of a run that begins at A: D(A) of the slice alone, and what the run adds to L before the slice and up to
/// its end (lower ends, units of 2^-64).
struct SliceBound {
  int128 at_begin_of_run;
  uint128 log_before;
  uint128 log_up_to_end;
};
/// D(L) of the slice from below, L = log_lo: far sharper than interpolation over the whole run, since log log grows
/// everywhere in the slice nearly alike.  Cost: four logarithms.
[[nodiscard]] int128 moved_bound(const SliceBound& slice, std::uint64_t begin, uint128 log_lo);

}  // namespace robin::search::colossally_abundant
