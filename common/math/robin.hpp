#pragma once

// Robin's inequality sigma(n) < e^gamma n log log n, decided by enclosures. Verdicts are three-valued: Undecided raises
// the precision until decided or the limit is reached, and is never Holds. All functions are pure; any thread may call
// them. Reference: G. Robin, "Grandes valeurs de la fonction somme des diviseurs et hypothese de Riemann", J. Math.
// Pures Appl. 63 (1984), theorem 1: the Riemann Hypothesis holds iff the inequality holds for every n > 5040. See
// ALGORITHMS.md.

#include "math/decimal.hpp"
#include "math/factorization.hpp"
#include "math/interval.hpp"

namespace robin::math {

enum class Verdict { Holds, Violates, Undecided };

/// Whether a ratio reaches a threshold.
enum class Side { Below, AtLeast, Undecided };

/// Where precision starts and where raising it (by doubling) ends.
struct PrecisionRange {
  PrecisionBits first{128};
  PrecisionBits limit{16'384};
};

struct Assessment {
  Verdict verdict;
  Interval ratio;  // encloses sigma(n) / (n log log n)
};

/// Every n >= 2 that violates the inequality and is at most this large is a known exception; there are 27.
inline constexpr std::uint64_t known_exception_max = 5040;

/// Encloses log n.  Cost: O(number of primes of n) multiplications and one logarithm per 4096 bits of n.
[[nodiscard]] Interval log_value(const Factorization& n, PrecisionBits precision);

/// Encloses sigma(n)/n.  Cost as log_value.
[[nodiscard]] Interval abundancy(const Factorization& n, PrecisionBits precision);

/// The verdict, taken on sigma(n)/n < e^gamma log log n itself (so that n = 2, where log log n < 0, violates), and the
/// ratio at the precision that decided.
[[nodiscard]] Assessment assess(const Factorization& n, const PrecisionRange& range);

/// Whether the ratio of n is at least the threshold, beginning with the enclosure already at hand.
[[nodiscard]] Side compare_ratio(const Factorization& n, const Interval& ratio, const Decimal& threshold,
                                 const PrecisionRange& range);

/// The greatest double that is certainly at most the threshold and at most e^gamma: a candidate whose ratio is below it
/// is neither a witness nor a violation (where log log n > 0).
[[nodiscard]] double kept_ratio_min(const Decimal& threshold);

/// Whether n is one of the 27 that are known to violate the inequality.
[[nodiscard]] bool is_known_exception(const Factorization& n);

}  // namespace robin::math
