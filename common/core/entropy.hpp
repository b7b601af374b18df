#pragma once

// Random numbers and names that nobody else can foresee, drawn from the system's entropy. Any thread may call.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

namespace robin::core {

/// A generator of random numbers, seeded so that nobody else can follow it.
[[nodiscard]] inline std::mt19937_64 from_entropy() {
  std::random_device device;
  std::array<std::random_device::result_type, 16> words{};
  std::generate(words.begin(), words.end(), std::ref(device));
  std::seed_seq seed(words.begin(), words.end());
  return std::mt19937_64(seed);
}

/// A name that nothing else has: 128 random bits in hexadecimal.
[[nodiscard]] inline std::string random_name() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::uint32_t bits = random(), left = 8; left > 0; --left, bits >>= 4U) {
      name += digits[bits & 15U];
    }
  }
  return name;
}

}  // namespace robin::core
