#pragma once

// How far tests go, and seeded randomness. The seed is printed with every failure; ROBIN_TEST_SEED repeats one,
// ROBIN_TEST_DEPTH multiplies the number of rounds. Sanitizers make mathematics ten times as slow and look for other
// faults than wrong numbers: under them a test goes over less of the same, and the release build over all of it.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include "math/integer.hpp"

namespace robin::testing_support {

inline std::uint64_t environment_or(const char* name, std::uint64_t fallback) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): tests set no environment
  return value == nullptr ? fallback : std::strtoull(value, nullptr, 10);
}

/// Whether this build looks for faults of memory or threads (ops/cmake/robin_targets.cmake).
#ifdef ROBIN_SANITIZED
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

/// How far a test that is not random goes: `all`, or under sanitizers only `sanitized`.
template <class T>
constexpr T extent(T all, T sanitized) {
  return is_sanitized ? sanitized : all;
}

inline std::uint64_t rounds(std::uint64_t once) {
  constexpr std::uint64_t thinned = 4;
  const std::uint64_t here = is_sanitized ? (once + thinned - 1) / thinned : once;
  return here * environment_or("ROBIN_TEST_DEPTH", 1);
}

class Random {
 public:
  Random() : seed_(environment_or("ROBIN_TEST_SEED", std::random_device{}())), engine_(seed_) {}

  /// The seed, as SCOPED_TRACE shows it.
  [[nodiscard]] std::string seed() const { return "ROBIN_TEST_SEED=" + std::to_string(seed_); }

  /// A number from `low` to `high`, both included, each with the same chance.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return std::uniform_int_distribution<std::uint64_t>(low, high)(engine_);
  }

  /// A number of up to `bits_max` bits, biased to the edges: powers of two and their neighbours come often.
  math::Integer integer(std::uint64_t bits_max) {
    const std::uint64_t bits = between(0, bits_max);
    math::Integer value = math::Integer::power(2, bits);
    switch (between(0, 3)) {
      case 0:
        return value;
      case 1:
        return value - math::Integer(1);
      case 2:
        return value + math::Integer(1);
      default:
        break;
    }
    math::Integer mixed;
    for (std::uint64_t have = 0; have < bits; have += 32) {
      mixed = mixed * math::Integer(std::uint64_t{1} << 32U) + math::Integer(between(0, 0xffffffffU));
    }
    return mixed;
  }

  core::uint128 below(core::uint128 end) {
    const core::uint128 wide = (core::uint128{engine_()} << 64U) | engine_();
    return wide % end;
  }

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace robin::testing_support
