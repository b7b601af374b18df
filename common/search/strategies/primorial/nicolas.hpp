#pragma once

// Nicolas' inequality N/phi(N) > e^gamma log log N decided for one primorial from its factors alone, without the sums
// that its blocks keep. Pure. Reference: see primorial_margin.hpp.

#include "math/factorization.hpp"
#include "math/robin.hpp"

namespace robin::search::primorial {

/// Whether n is 2, 2*3, 2*3*5, ...
[[nodiscard]] bool is_primorial(const math::Factorization& n);

/// Encloses n/phi(n), the product of p/(p - 1) over the primes of n.  Cost: O(number of primes) multiplications.
[[nodiscard]] math::Interval totient_quotient(const math::Factorization& n, math::PrecisionBits precision);

/// The verdict on a primorial, at a precision that is raised until it is decided or the limit is reached, and the ratio
/// n/(phi(n) log log n). The inequality is about primorials above 2: for 2 itself the verdict is that it holds.
[[nodiscard]] math::Assessment assess_nicolas(const math::Factorization& n, const math::PrecisionRange& range);

}  // namespace robin::search::primorial
