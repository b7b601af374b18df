#pragma once

// Seeded randomness for tests. The seed is printed with every failure; ROBIN_TEST_SEED repeats one, ROBIN_TEST_DEPTH
// multiplies the number of rounds.

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

inline std::uint64_t rounds(std::uint64_t once) { return once * environment_or("ROBIN_TEST_DEPTH", 1); }

class Random {
 public:
  Random() : seed_(environment_or("ROBIN_TEST_SEED", std::random_device{}())), engine_(seed_) {}

  /// What SCOPED_TRACE shows.
  [[nodiscard]] std::string seed() const { return "ROBIN_TEST_SEED=" + std::to_string(seed_); }

  /// Uniform in [low, high].
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

  math::uint128 below(math::uint128 end) {
    const math::uint128 wide = (math::uint128{engine_()} << 64U) | engine_();
    return wide % end;
  }

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace robin::testing_support
