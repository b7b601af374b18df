#include "math/prime_count.hpp"

#include <primecount.hpp>

#include "core/contract.hpp"

namespace robin::math {

std::uint64_t count_primes_again(std::uint64_t n) {
  ROBIN_ASSERT(n < std::uint64_t{1} << 63U, "signed numbers");
  // More would wait for each other at full load, which takes minutes where other programs are busy.
  primecount::set_num_threads(1);
  return static_cast<std::uint64_t>(primecount::pi(static_cast<std::int64_t>(n)));
}

std::string prime_count_version() { return primecount::primecount_version(); }

}  // namespace robin::math
