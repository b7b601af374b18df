#pragma once

// The text n,w,n,w,... whose SHA-256 is the digest `original` (j2kun/riemann-divisor-sum): w is the ratio in double
// precision, printed with %5.4f. A double that approximates the ratio decides unless it is near a rounding boundary.

#include <functional>
#include <string>

#include "math/factorization.hpp"

namespace robin::search {

/// Appends ",w" for a ratio known to a relative error below 1e-11. Where the fourth decimal is in doubt, the
/// factorisation is asked for and the ratio is enclosed until all of the enclosure rounds to one double.
void append_ratio(std::string& text, double approximate_ratio, const std::function<math::Factorization()>& n);

}  // namespace robin::search
