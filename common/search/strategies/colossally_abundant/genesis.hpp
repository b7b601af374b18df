#pragma once

// Genesis: every step from 2 on, one by one, with enclosures, up to 2^20. So a block that begins there knows L and S by
// itself, and certifies the colossally abundant numbers it meets directly; those up to 5040 are known exceptions and
// are filed as findings, and every n in (5040, 55440) is decided one by one.

#include <cstdint>
#include <optional>
#include <vector>

#include "search/findings.hpp"
#include "search/prime_windows/least_margin.hpp"
#include "search/prime_windows/step_sums.hpp"
#include "search/strategies/colossally_abundant/higher_step.hpp"

namespace robin::search::colossally_abundant {

struct GenesisWalk {
  /// L and S over the steps of [2, begin).
  StepSums before;
  /// What the steps of [begin, end) add.
  StepSums sums;
  PrimeSums primes;
  /// The steps of [begin, end) with k >= 2, in order.
  std::vector<HigherStep> higher_steps;
  /// The least margin; nullopt while all numbers met are at most 5040.
  std::optional<LeastMargin> margin;
};

/// Walks the steps of [2, end) and accounts for those of [begin, end), 2 <= begin < end <= 2^20 (asserted). Files the
/// known exceptions, and the first number above 5040 that violates or is undecided: one is enough, so no margin is
/// taken beyond it.  Cost: about 20 microseconds a step.
[[nodiscard]] GenesisWalk walk_genesis(std::uint64_t begin, std::uint64_t end, const Parameters& parameters,
                                       Findings& findings);

/// Decides every n in (5040, 55440) and files what does not certainly hold.
void examine_each_below_55440(const Parameters& parameters, Findings& findings);

}  // namespace robin::search::colossally_abundant
