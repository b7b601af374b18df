#include "math/library_versions.hpp"

#include <flint/flint.h>
#include <gmp.h>
#include <mpfi.h>
#include <mpfr.h>

#include <primesieve.hpp>

#include "math/prime_count.hpp"

namespace robin::math {

std::vector<std::pair<std::string, std::string>> library_versions() {
  return {{"gmp", gmp_version},
          {"mpfr", mpfr_get_version()},
          {"mpfi", mpfi_get_version()},
          {"primesieve", primesieve::primesieve_version()},
          {"primecount", prime_count_version()},
          {"flint", FLINT_VERSION}};
}

}  // namespace robin::math
