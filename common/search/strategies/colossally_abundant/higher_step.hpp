#pragma once

// HigherStep: a step (q, k) with k >= 2, in which prime q goes from exponent k - 1 to k on the way through the
// colossally abundant numbers. Its position is the real y with F(y, 1) = F(q, k), F(q, k) = log(1 + 1/(q + ... + q^k))
// / log q. Everything is decided by enclosures. Reference: Alaoglu, Erdos, "On highly composite and similar numbers"
// (1944), and ALGORITHMS.md, "Steps".

#include <cstdint>
#include <vector>

#include "search/prime_windows/step_sums.hpp"

namespace robin::search::colossally_abundant {

using namespace prime_windows;  // NOLINT(google-build-using-namespace): what the strategy stands on

struct HigherStep {
  std::uint64_t prime;
  std::uint32_t exponent;
  /// The whole number below the step's position y: floor <= y < floor + 1.
  std::uint64_t floor;
  friend bool operator==(const HigherStep&, const HigherStep&) = default;
};

/// An enclosure of F(q, k), q >= 2, k >= 1.
[[nodiscard]] math::Interval step_parameter(std::uint64_t q, std::uint32_t k, math::PrecisionBits bits);

/// All (q, k), k >= 2, with begin <= y < end, in the order of their positions.  Requires 2 <= begin <= end <= 2^63.
/// Cost: O(log) comparisons for each k, and one bisection for each step found.
[[nodiscard]] std::vector<HigherStep> higher_steps(std::uint64_t begin, std::uint64_t end);

/// What the step (q, k), k >= 1, adds: log q to L, log(1 + 1/(q + ... + q^k)) to S.
[[nodiscard]] StepSums sums_of_step(std::uint64_t q, std::uint32_t k);

}  // namespace robin::search::colossally_abundant
