#pragma once

#include <cstdint>
#include <string>

namespace robin::math {

/// The number of primes up to n < 2^63, by a combinatorial method (libprimecount) that sees none of them.  Cost: up to
/// n^(2/3): milliseconds at 10^12, about a second at 10^15. Any thread may call.
[[nodiscard]] std::uint64_t count_primes_again(std::uint64_t n);

/// Of libprimecount.
[[nodiscard]] std::string prime_count_version();

}  // namespace robin::math
