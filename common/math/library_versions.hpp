#pragma once

// The versions of the libraries that exact and enclosed arithmetic rests on, as linked at run time.

#include <string>
#include <utility>
#include <vector>

namespace robin::math {

/// (name, version): gmp, mpfr, mpfi, primesieve, primecount, flint.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace robin::math
