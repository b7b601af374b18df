#pragma once

namespace robin::math {

/// What a prime p adds to the logarithm S that an inequality bounds. Sigma (Robin's inequality): log(1 + 1/p), which p
/// adds to log(sigma(n)/n) of a squarefree n. Totient (Nicolas' inequality): -log(1 - 1/p) = log(1 + 1/(p - 1)), which
/// p adds to log(n/phi(n)). Mertens' theorems speak of both sums.
enum class EulerFactor { Sigma, Totient };

}  // namespace robin::math
