#include "search/strategies/exhaustive/abundancy_sieve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/contract.hpp"
#include "math/primes.hpp"

namespace robin::search {
namespace {

constexpr std::uint64_t length_min = std::uint64_t{1} << 15U;
constexpr std::uint64_t length_max = std::uint64_t{1} << 22U;

/// sqrt(n) rounded up: a prime whose square is below n is below it.
std::uint64_t root_at_least(std::uint64_t n) {
  auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
  while (root * root < n) {
    ++root;
  }
  return root;
}

/// Given back to the system after each segment, the memory would have to be mapped page by page for the next one, which
/// can take longer than the sieve itself.
struct Memory {
  std::vector<double> abundancy;
  std::vector<std::uint64_t> smooth_part;
};
thread_local Memory spare;

}  // namespace

AbundancySieve::AbundancySieve(std::uint64_t begin, std::uint64_t end)
    : begin_(begin),
      abundancy_(std::exchange(spare.abundancy, {})),
      smooth_part_(std::exchange(spare.smooth_part, {})) {
  ROBIN_ASSERT(begin >= 2 && begin < end && end <= (std::uint64_t{1} << 63U), "a segment lies in [2, 2^63)");
  abundancy_.assign(end - begin, 1.0);
  smooth_part_.assign(end - begin, 1);
  math::for_each_prime(2, root_at_least(end), [this](std::uint64_t prime) {
    multiply_by_powers_of(prime);
    return true;
  });
  multiply_by_last_primes();
}

AbundancySieve::~AbundancySieve() { spare = {std::move(abundancy_), std::move(smooth_part_)}; }

void AbundancySieve::multiply_by_powers_of(std::uint64_t prime) {
  const std::uint64_t last = end() - 1;
  std::uint64_t sum = 0;  // prime + ... + power, below 2 * power < 2^64
  for (std::uint64_t power = prime;; power *= prime) {
    sum += power;
    // sigma(p^k)/p^k over sigma(p^(k-1))/p^(k-1) is 1 + 1/(p + ... + p^k).
    const double factor = 1.0 + 1.0 / static_cast<double>(sum);
    for (std::uint64_t at = (power - begin_ % power) % power; at < abundancy_.size(); at += power) {
      abundancy_[at] *= factor;
      smooth_part_[at] *= prime;
    }
    if (power > last / prime) {
      return;
    }
  }
}

void AbundancySieve::multiply_by_last_primes() {
  for (std::size_t at = 0; at < abundancy_.size(); ++at) {
    const std::uint64_t n = begin_ + at;
    // n / smooth part is 1 or the one prime above sqrt(end).
    if (smooth_part_[at] != n) {
      abundancy_[at] *= 1.0 + static_cast<double>(smooth_part_[at]) / static_cast<double>(n);
    }
  }
}

std::uint64_t AbundancySieve::length_for(std::uint64_t n) noexcept {
  std::uint64_t length = length_min;
  while (length < length_max && length / 2 < static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)))) {
    length *= 2;
  }
  return length;
}

}  // namespace robin::search
