#pragma once

// WalkAgain: numbers N step by step, with the balls of Arb and primes tested one by one: the second way through a
// certificate. It shares no code with windows, sieve, fixed logarithms, bounds or fold; what it is given are whole
// numbers. Used by one thread.

#include <cstdint>
#include <string>
#include <vector>

#include "math/euler_factor.hpp"
#include "search/prime_windows/step_sums.hpp"

namespace robin::search::prime_windows {

/// A step that adds no new prime: it lies between the primes below and above `floor` and adds log q to L and log(1 +
/// 1/s) to S.
struct FurtherStep {
  std::uint64_t floor;
  std::uint64_t q;
  /// The whole number s, in decimal.
  std::string s;
};

struct WalkRequest {
  /// The range whose steps are walked.
  std::uint64_t begin;
  std::uint64_t end;
  /// L and S at the begin and at the end of the range, by the first way.
  StepSums total;
  StepSums total_at_end;
  math::EulerFactor factor;
  /// All further steps in the range, in order.
  std::vector<FurtherStep> further;
  /// The claimed margin in units of 2^-96: no number that is met may have a lesser one.
  int128 claimed;
  /// Nothing is claimed of numbers whose last step lies below this.
  std::uint64_t claimed_from = 0;
};

struct Walked {
  std::uint64_t primes = 0;
  /// What contradicts the claim: "the margin at the step 1048583 is below what is claimed"; empty if nothing does.
  std::string mismatch;
  /// Whether L and S at the end are those that the first way has there.
  bool meets = false;
};

/// Walks the range.  Cost: about three microseconds a prime.
[[nodiscard]] Walked walk_again(const WalkRequest& request);

/// Whether the margin (Sigma: gamma + log log L - S; Totient: S - gamma - log log L) may be as great as `claimed`, in
/// units of 2^-96.  Cost: three logarithms.
[[nodiscard]] bool may_have_margin(const StepSums& total, math::EulerFactor factor, int128 claimed);

}  // namespace robin::search::prime_windows
