#pragma once

// CloseLook: windows of a run whose beginning is known, L = log N and S = log(sigma(N)/N): the margin itself where each
// window begins, less what it may lose inside; and where that does not do, every step of the window one by one. So
// whatever can be decided is decided, and a number that violates the inequality is found and named: the first one, for
// one is enough. Reference: ALGORITHMS.md, "A closer look".

#include <cstdint>
#include <optional>
#include <span>

#include "search/findings.hpp"
#include "search/prime_windows/least_margin.hpp"
#include "search/prime_windows/window.hpp"
#include "search/strategies/colossally_abundant/higher_step.hpp"

namespace robin::search::colossally_abundant {

class CloseLook {
 public:
  /// `before` is L and S where the run begins; `primes` is how many primes lie below it.
  CloseLook(const StepSums& before, std::uint64_t primes, const Parameters& parameters, Findings& findings);

  /// Takes the next window, with the sums of all its steps, and its steps with k >= 2.  Cost: a few logarithms, or a
  /// few for each step.
  void take(const WindowTally& window, const StepSums& sums, std::span<const HigherStep> higher);

  /// The least margin so far; not positive once a number violates, or is undecided: nothing is looked at beyond it.
  [[nodiscard]] const std::optional<LeastMargin>& margin() const noexcept { return margin_; }

 private:
  void step_by_step(const WindowTally& window, std::span<const HigherStep> higher);
  void judge(const StepSums& total, const HigherStep& last, std::uint64_t primes, std::uint64_t greatest);

  const Parameters& parameters_;
  Findings& findings_;
  StepSums total_;
  std::uint64_t primes_;
  std::optional<LeastMargin> margin_;
};

}  // namespace robin::search::colossally_abundant
