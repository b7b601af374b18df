#pragma once

// How long tests wait: on a condition, never for a time, and for what must come with a patience that no busy machine
// exhausts. A test that has failed already hardly waits any more: what it waits for may never come now.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/deadline.hpp"

/// Less than ctest's limit for a test (ops/cmake/robin_targets.cmake sets both), so that whoever waits in vain says so.
#ifndef ROBIN_TEST_PATIENCE_SECONDS
#define ROBIN_TEST_PATIENCE_SECONDS 30
#endif

namespace robin::testing_support {

inline std::chrono::seconds patience_left() {
  constexpr std::chrono::seconds whole{ROBIN_TEST_PATIENCE_SECONDS};
  constexpr std::chrono::seconds after_a_failure{2};
  return testing::Test::HasFailure() ? after_a_failure : whole;
}

/// When a wait that begins now has lasted too long.
inline core::Deadline patience() { return core::Deadline::in(patience_left()); }

/// Looks again and again; whether the condition came true before the deadline.
template <class Condition>
[[nodiscard]] bool wait_until(Condition condition, core::Deadline deadline = patience()) {
  constexpr std::chrono::milliseconds pause_max{16};
  for (std::chrono::milliseconds pause{1}; !condition(); pause = std::min(2 * pause, pause_max)) {
    if (deadline.has_passed()) {
      return false;
    }
    std::this_thread::sleep_for(pause);  // between two looks at a condition
  }
  return true;
}

}  // namespace robin::testing_support
