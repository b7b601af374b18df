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

/// A step beyond those of primes: between the primes below and above `floor`, it adds log q to L and log(1 + 1/s) to S.
struct FurtherStep {
  std::uint64_t floor;
  std::uint64_t q;
  /// In decimal.
  std::string s;
};

struct WalkRequest {
  /// All steps of [begin, end).
  std::uint64_t begin;
  std::uint64_t end;
  /// L and S where it begins and where it ends.
  StepSums total;
  StepSums total_at_end;
  math::EulerFactor factor;
  /// In order; all that lie in [begin, end).
  std::vector<FurtherStep> further;
  /// In units of 2^-96: no number that is met may have a lesser margin.
  int128 claimed;
  /// Numbers whose last step lies below are not claimed anything of.
  std::uint64_t claimed_from = 0;
};

struct Walked {
  std::uint64_t primes = 0;
  /// "the margin at the step 1048583 is below what is claimed"; empty if there is none.
  std::string mismatch;
  /// Whether L and S at its end are those that the first way has there.
  bool meets = false;
};

/// Cost: about three microseconds a prime.
[[nodiscard]] Walked walk_again(const WalkRequest& request);

/// Whether gamma + log log L - S (Sigma) or S - gamma - log log L (Totient) may be as much as `claimed`, in units of
/// 2^-96.  Cost: three logarithms.
[[nodiscard]] bool may_have_margin(const StepSums& total, math::EulerFactor factor, int128 claimed);

}  // namespace robin::search::prime_windows
