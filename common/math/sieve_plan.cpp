#include "math/sieve_plan.hpp"

#include <unistd.h>

#include <algorithm>
#include <bit>

#include "math/near_primes.hpp"

namespace robin::math {
namespace {

/// Where nobody tells: what nearly every CPU of the last ten years has at least.
constexpr CacheSizes unknown = {.first_level_data = std::uint64_t{1} << 15U, .second_level = std::uint64_t{1} << 19U};

constexpr std::uint64_t stretch_min = std::uint64_t{1} << 14U;
constexpr std::uint64_t stretch_max = std::uint64_t{1} << 16U;
constexpr std::uint64_t segment_min = std::uint64_t{1} << 17U;
constexpr std::uint64_t segment_max = std::uint64_t{1} << 20U;
constexpr std::uint64_t cache_line = 64;

std::uint64_t told(int name) {
#ifdef _SC_LEVEL1_DCACHE_SIZE
  const long bytes = sysconf(name);
  return bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
#else
  return 0;
#endif
}

}  // namespace

SievePlan SievePlan::of(const CacheSizes& caches, bool vectors) {
  const std::uint64_t first = caches.first_level_data > 0 ? caches.first_level_data : unknown.first_level_data;
  const std::uint64_t second = caches.second_level > 0 ? caches.second_level : unknown.second_level;
  const std::uint64_t segment = std::clamp(std::bit_floor(second / 2), segment_min, segment_max);
  // Without vectors a list costs more than the branch that it saves.
  return {.stretch_bytes = std::clamp(first / cache_line * cache_line, stretch_min, stretch_max),
          .segment_bytes = segment,
          .near_begin = vectors ? segment / 2 : 2 * segment,
          .far_begin = vectors ? NearPrimes::prime_end(segment) : 2 * segment,
          .vectors = vectors};
}

const SievePlan& SievePlan::of_this_machine() {
#ifdef _SC_LEVEL1_DCACHE_SIZE
  static const SievePlan plan =
      of({.first_level_data = told(_SC_LEVEL1_DCACHE_SIZE), .second_level = told(_SC_LEVEL2_CACHE_SIZE)},
         NearPrimes::has_vectors());
#else
  static const SievePlan plan = of({}, NearPrimes::has_vectors());
#endif
  return plan;
}

}  // namespace robin::math
