#include "math/primes.hpp"

#include <algorithm>
#include <primesieve.hpp>

#include "core/contract.hpp"

namespace robin::math {
namespace {

constexpr std::uint64_t primes_end_max = std::uint64_t{1} << 63U;

/// The primes below are kept: starting a sieve for a handful of them costs far more than they do.
constexpr std::uint64_t kept_end = std::uint64_t{1} << 16U;

struct Kept {
  const std::uint64_t* first;
  const std::uint64_t* last;
};

Kept kept_primes(std::uint64_t begin, std::uint64_t end) {
  static const std::vector<std::uint64_t> all = primes_in(0, kept_end);
  const std::uint64_t* const first = std::lower_bound(all.data(), all.data() + all.size(), begin);
  return {first, std::lower_bound(first, all.data() + all.size(), end)};
}

}  // namespace

std::vector<std::uint64_t> first_primes(std::size_t count) {
  std::vector<std::uint64_t> primes;
  primesieve::generate_n_primes(count, &primes);
  return primes;
}

std::vector<std::uint64_t> primes_in(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(end <= primes_end_max, "primes end at 2^63");
  std::vector<std::uint64_t> primes;
  if (begin < end) {
    primesieve::generate_primes(begin, end - 1, &primes);
  }
  return primes;
}

void for_each_prime(std::uint64_t begin, std::uint64_t end, const std::function<bool(std::uint64_t)>& visit) {
  ROBIN_ASSERT(end <= primes_end_max, "primes end at 2^63");
  if (begin >= end) {
    return;
  }
  if (end <= kept_end) {
    const Kept kept = kept_primes(begin, end);
    static_cast<void>(std::all_of(kept.first, kept.last, visit));
    return;
  }
  primesieve::iterator primes(begin, end);
  for (std::uint64_t p = primes.next_prime(); p < end; p = primes.next_prime()) {
    if (!visit(p)) {
      return;
    }
  }
}

void for_each_prime_run(std::uint64_t begin, std::uint64_t end,
                        const std::function<void(const std::uint64_t*, const std::uint64_t*)>& visit) {
  ROBIN_ASSERT(end <= primes_end_max, "primes end at 2^63");
  if (begin >= end) {
    return;
  }
  if (end <= kept_end) {
    const Kept kept = kept_primes(begin, end);
    visit(kept.first, kept.last);
    return;
  }
  primesieve::iterator primes(begin, end);
  while (true) {
    primes.generate_next_primes();
    const std::uint64_t* first = primes.primes_;
    const std::uint64_t* last = first + primes.size_;
    if (last[-1] >= end) {
      visit(first, std::lower_bound(first, last, end));
      return;
    }
    visit(first, last);
  }
}

std::uint64_t count_primes(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(end <= primes_end_max, "primes end at 2^63");
  return begin < end ? primesieve::count_primes(begin, end - 1) : 0;
}

}  // namespace robin::math
