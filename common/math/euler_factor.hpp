#pragma once

namespace robin::math {

/// What a prime p contributes to the logarithm S that an inequality bounds: log(1 + 1/p) to that of sigma(n)/n of
/// squarefree n, -log(1 - 1/p) = log(1 + 1/(p - 1)) to that of n/phi(n). Mertens' theorems speak of both.
enum class EulerFactor { Sigma, Totient };

}  // namespace robin::math
