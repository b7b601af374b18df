#pragma once

// Test points: places where a build for tests (ROBIN_TEST_POINTS) lets go wrong what the environment names; other
// builds have none of it. ROBIN_TEST_GAMMA puts another constant in place of gamma (math/bar.hpp). ROBIN_TEST_CRASH
// names a crash point, and after a colon how often it is passed before the process ends there by abort(), as by a power
// cut: nothing is flushed or handed back. The crash points are the rows of tests/chaos/README.md.
// ROBIN_TEST_SLICE_MS is how long a worker waits before it examines a slice: a block that takes long is then little
// work. ROBIN_TEST_LOOKS_MS is how far looks at a queue must lie apart (flow/rules/spaced_looks.hpp) beside a broker
// that samples more often than others. ROBIN_TEST_HOST is the machine that a consumer says it runs on: those of one
// machine do not check each other.

#include <chrono>
#include <string>
#include <string_view>

namespace robin::flow {

/// Called once, first thing in main.
void arm_test_points();

#ifdef ROBIN_TEST_POINTS
[[nodiscard]] std::string host_name(const std::string& otherwise);
/// Any thread may pass, all of them.
void crash_point(std::string_view name);
void slice_point();
[[nodiscard]] std::chrono::milliseconds looks_apart(std::chrono::milliseconds otherwise);
#else
[[nodiscard]] inline std::string host_name(const std::string& otherwise) { return otherwise; }
inline void crash_point(std::string_view /*name*/) {}
inline void slice_point() {}
[[nodiscard]] inline std::chrono::milliseconds looks_apart(std::chrono::milliseconds otherwise) { return otherwise; }
#endif

}  // namespace robin::flow
