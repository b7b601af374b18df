#pragma once

// What the tests of the horizon begin with.

#include <gtest/gtest.h>

#include "horizon/horizon.hpp"

namespace robin::testing_support {

inline horizon::Horizon made(const horizon::HorizonOptions& options) {
  const auto answer = horizon::Horizon::make(options);
  EXPECT_EQ(core::refusal_reason(answer), "");
  return std::get<horizon::Horizon>(answer);
}

/// digits 10^zeros.
inline math::Interval number(std::uint64_t digits, unsigned zeros) {
  return math::Interval::from(math::Integer(digits) * math::Integer::power(10, zeros), {128});
}

}  // namespace robin::testing_support
