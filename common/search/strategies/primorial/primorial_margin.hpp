#pragma once

// The margin of Nicolas' inequality N/phi(N) > e^gamma log log N at primorials N: S - gamma - log log L with L = log N
// and S = log(N/phi(N)), both sums over the primes of N. In units of 2^-96, rounded down; L in units of 2^-64.
// Reference: J.-L. Nicolas, "Petites valeurs de la fonction d'Euler", J. Number Theory 17 (1983), theorem 2.
// Derivations: ALGORITHMS.md.

#include <cstdint>
#include <optional>
#include <vector>

#include "search/findings.hpp"
#include "search/prime_windows/least_margin.hpp"
#include "search/prime_windows/run_sums.hpp"
#include "search/prime_windows/window.hpp"

namespace robin::search::primorial {

using namespace prime_windows;  // NOLINT(google-build-using-namespace): what the strategy stands on

/// The margin at a primorial N > 2, from L and S.
[[nodiscard]] int128 margin_at(const StepSums& total);

/// What the prime p adds: log p to L, -log(1 - 1/p) to S.
[[nodiscard]] StepSums sums_of_prime(std::uint64_t p);

/// log N at A is assumed to be at least this, A >= 2^20: A - 2 sqrt A, where it lies within about one sqrt A of A.
[[nodiscard]] std::uint64_t least_log(std::uint64_t begin);

/// How much less the margin may be at any primorial met in a window than where the window begins, if log N is at least
/// `log_lo` there and the window adds at most `inside_hi` to it.
[[nodiscard]] int128 most_lost_inside(const WindowTally& window, uint128 log_lo, uint128 inside_hi);

/// The least margin of the windows of a run that begins at A, as if L were A and S were 0 there: to be moved by
/// moved_bound() to what they are.
class MarginBounding {
 public:
  /// For the run that begins at A, from where it has added `inside`.
  explicit MarginBounding(std::uint64_t begin, const StepSums& inside = {}) : begin_(begin), before_(inside) {}

  /// Takes the next window.  Cost: four logarithms.
  void add(const WindowTally& window, const StepSums& sums);
  /// The bound of the windows since the last call.
  [[nodiscard]] int128 end_slice();

 private:
  std::uint64_t begin_;
  StepSums before_;
  std::optional<int128> least_;
};

/// The bound of a slice where L is at most `log_hi` at A (and at least least_log(A)), less S there. `inside`: what the
/// run adds before the slice; `up_to_end`: up to its end.  Cost: four logarithms.
[[nodiscard]] int128 moved_bound(int128 bound, std::uint64_t begin, uint128 log_hi, const StepSums& inside,
                                 const StepSums& up_to_end);

/// Primorials one after the other, with L and S known from 2 on: where the primorial's margin is not positive, it is
/// filed as a violation or, if the enclosures do not decide, as undecided; nothing is looked at beyond it.
class PrimorialWalk {
 public:
  /// `before`: L and S over the primes below the run; `primes`: how many they are.
  PrimorialWalk(const StepSums& before, std::uint64_t primes, Findings& findings);

  /// Takes the next prime.
  void take(std::uint64_t prime);
  /// Takes the next window as a whole; prime by prime only if the bound of the whole is not enough.
  void take(const WindowTally& window, const StepSums& sums);

  /// The least margin of the run so far.
  [[nodiscard]] const std::optional<LeastMargin>& margin() const noexcept { return margin_; }
  [[nodiscard]] const StepSums& total() const noexcept { return total_; }

 private:
  void judge(std::uint64_t prime);
  [[nodiscard]] bool has_ended() const { return margin_ && margin_->value <= 0; }

  StepSums total_;
  std::uint64_t primes_;
  Findings& findings_;
  std::optional<LeastMargin> margin_;
};

}  // namespace robin::search::primorial
