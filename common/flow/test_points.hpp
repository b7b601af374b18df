#pragma once

// Test points: places where a build for tests (ROBIN_TEST_POINTS) lets go wrong what the environment names; other
// builds have none of it. ROBIN_TEST_GAMMA puts another constant in place of gamma (math/bar.hpp). ROBIN_TEST_CRASH
// names a crash point, and after a colon how often it is passed before the process ends there by abort(), as by a power
// cut: nothing is flushed or handed back. The crash points are the rows of tests/chaos/README.md.

#include <string_view>

namespace robin::flow {

/// Called once, first thing in main.
void arm_test_points();

#ifdef ROBIN_TEST_POINTS
/// Any thread may pass.
void crash_point(std::string_view name);
#else
inline void crash_point(std::string_view /*name*/) {}
#endif

}  // namespace robin::flow
