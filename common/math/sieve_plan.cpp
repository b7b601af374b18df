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

CacheSizes caches_told() {
#ifdef _SC_LEVEL1_DCACHE_SIZE
  const auto told = [](int name) { return static_cast<std::uint64_t>(std::max(0L, sysconf(name))); };
  return {.first_level_data = told(_SC_LEVEL1_DCACHE_SIZE), .second_level = told(_SC_LEVEL2_CACHE_SIZE)};
#else
  return {};
#endif
}

SievePlan& plan_of_this_machine() {
  static SievePlan plan = SievePlan::of(caches_told(), NearPrimes::has_vectors());
  return plan;
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

const SievePlan& SievePlan::of_this_machine() { return plan_of_this_machine(); }

void SievePlan::set_second_level(std::uint64_t bytes) {
  plan_of_this_machine() = of({caches_told().first_level_data, bytes}, NearPrimes::has_vectors());
}

}  // namespace robin::math
