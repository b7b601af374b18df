#pragma once

#include <cstdint>
#include <string>

namespace robin::math {

/// The number of primes up to n < 2^63, by libprimecount: a combinatorial method that visits no prime, so it shares
/// nothing with the sieves.  Cost: up to n^(2/3): milliseconds at 10^12, about a second at 10^15. Any thread may call.
[[nodiscard]] std::uint64_t count_primes_again(std::uint64_t n);

/// The version of libprimecount that is linked.
[[nodiscard]] std::string prime_count_version();

}  // namespace robin::math
