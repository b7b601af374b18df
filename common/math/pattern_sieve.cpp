#include "math/pattern_sieve.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/for_each_cpu.hpp"
#include "math/prime_bits.hpp"

namespace robin::math {
namespace {

/// Of a few primes each, and of about equal periods.
constexpr std::array<std::array<std::uint32_t, 3>, 16> pattern_primes = {{{7, 23, 37},
                                                                          {11, 19, 31},
                                                                          {13, 17, 29},
                                                                          {41, 163, 1},
                                                                          {43, 157, 1},
                                                                          {47, 151, 1},
                                                                          {53, 149, 1},
                                                                          {59, 139, 1},
                                                                          {61, 137, 1},
                                                                          {67, 131, 1},
                                                                          {71, 127, 1},
                                                                          {73, 113, 1},
                                                                          {79, 109, 1},
                                                                          {83, 107, 1},
                                                                          {89, 103, 1},
                                                                          {97, 101, 1}}};

/// The bytes of a sieve by some primes; after `period` bytes they repeat.
std::vector<std::uint8_t> pattern_of(const std::array<std::uint32_t, 3>& primes) {
  std::vector<std::uint8_t> bytes(std::size_t{primes[0]} * primes[1] * primes[2], 0xff);
  for (const std::uint32_t prime : primes) {
    for (std::uint64_t multiple = prime; prime > 1 && multiple < wheel_span * bytes.size(); multiple += prime) {
      const auto* const residue = std::find(wheel_residues.begin(), wheel_residues.end(), multiple % wheel_span);
      if (residue != wheel_residues.end()) {
        bytes[multiple / wheel_span] &= static_cast<std::uint8_t>(~(1U << (residue - wheel_residues.begin())));
      }
    }
  }
  return bytes;
}

using Patterns = std::array<std::vector<std::uint8_t>, pattern_primes.size()>;

const Patterns& patterns() {
  static const Patterns all = [] {
    Patterns made;
    std::transform(pattern_primes.begin(), pattern_primes.end(), made.begin(), pattern_of);
    return made;
  }();
  return all;
}

constexpr std::size_t patterns_at_once = 4;
using Four = std::array<const std::uint8_t*, patterns_at_once>;

ROBIN_FOR_EACH_CPU void assign_four(std::uint8_t* __restrict__ to, const Four& from, std::size_t size) {
  const std::uint8_t* const a = from[0];
  const std::uint8_t* const b = from[1];
  const std::uint8_t* const c = from[2];
  const std::uint8_t* const d = from[3];
  for (std::size_t i = 0; i < size; ++i) {
    to[i] = a[i] & b[i] & c[i] & d[i];
  }
}

/// Of four at once, which spares three walks over `to`.
ROBIN_FOR_EACH_CPU void intersect_four(std::uint8_t* __restrict__ to, const Four& from, std::size_t size) {
  const std::uint8_t* const a = from[0];
  const std::uint8_t* const b = from[1];
  const std::uint8_t* const c = from[2];
  const std::uint8_t* const d = from[3];
  for (std::size_t i = 0; i < size; ++i) {
    to[i] &= a[i] & b[i] & c[i] & d[i];
  }
}

}  // namespace

void sieve_by_patterns(std::uint8_t* bytes, std::uint64_t at, std::size_t size) {
  const Patterns& all = patterns();
  for (std::size_t first = 0; first < all.size(); first += patterns_at_once) {
    std::array<std::size_t, patterns_at_once> offsets{};
    for (std::size_t i = 0; i < patterns_at_once; ++i) {
      offsets[i] = at % all[first + i].size();
    }
    for (std::size_t done = 0; done < size;) {
      Four from{};
      std::size_t length = size - done;
      for (std::size_t i = 0; i < patterns_at_once; ++i) {
        from[i] = all[first + i].data() + offsets[i];
        length = std::min(length, all[first + i].size() - offsets[i]);
      }
      (first == 0 ? assign_four : intersect_four)(bytes + done, from, length);
      done += length;
      for (std::size_t i = 0; i < patterns_at_once; ++i) {
        offsets[i] += length;
        if (offsets[i] == all[first + i].size()) {
          offsets[i] = 0;
        }
      }
    }
  }
}

}  // namespace robin::math
