#pragma once

// Test points: places where a build for tests (ROBIN_TEST_POINTS) lets go wrong what the environment names; other
// builds have none of it. ROBIN_TEST_GAMMA puts another constant in place of gamma (math/bar.hpp). ROBIN_TEST_CRASH
// names a crash point, and after a colon how often it is passed before the process ends there by abort(), as by a power
// cut: nothing is flushed or handed back. The crash points are the rows of tests/chaos/README.md.
// ROBIN_TEST_SLICE_MS is how long a worker waits before it examines a slice: a block that takes long is then little
// work.

#include <string_view>

namespace robin::flow {

/// Called once, first thing in main.
void arm_test_points();

#ifdef ROBIN_TEST_POINTS
/// Any thread may pass, both of them.
void crash_point(std::string_view name);
void slice_point();
#else
inline void crash_point(std::string_view /*name*/) {}
inline void slice_point() {}
#endif

}  // namespace robin::flow
