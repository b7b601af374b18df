#pragma once

// The sums over the zeros of zeta that step 4 of ALGORITHMS.md needs: over all of them, and a bound of the sum over
// those above a height. Pure; any thread may call.

#include <cstdint>

#include "horizon/arithmetic.hpp"

namespace robin::horizon {

/// The sum of 1/(rho (1 - rho)) over all zeros: 2 + gamma - log 4 pi = 0.04619...
[[nodiscard]] math::Interval sum_over_all_zeros(const Arithmetic& at);

/// At least the sum of Im(rho)^-power over the zeros with Im rho > height, height >= 3, power >= 2.
[[nodiscard]] math::Interval sum_over_zeros_above(std::uint64_t height, unsigned power, const Arithmetic& at);

}  // namespace robin::horizon
