#pragma once

// Test points: places where a build for tests (ROBIN_TEST_POINTS) behaves otherwise, as the environment says. Other
// builds have none of them.
//
// - ROBIN_TEST_GAMMA: another constant in place of gamma (math/bar.hpp).
// - ROBIN_TEST_CRASH=POINT[:N]: the process ends by abort() when it passes this crash point for the N-th time, as in a
//   power cut: nothing is flushed or handed back. The crash points are the rows of tests/chaos/README.md.
// - ROBIN_TEST_SLICE_MS: how long a worker waits before it examines a slice, so that a block takes long without work.
// - ROBIN_TEST_LOOKS_MS: how far apart looks at a queue must be (rules/spaced_looks.hpp), for a broker that samples
//   more often than others.
// - ROBIN_TEST_HOST: the machine on which a consumer says it runs. Consumers on one machine do not check each other.

#include <chrono>
#include <string>
#include <string_view>

namespace robin::flow {

/// Called once, first thing in main.
void arm_test_points();

#ifdef ROBIN_TEST_POINTS
[[nodiscard]] std::string host_name(const std::string& otherwise);
/// These may be passed by any thread.
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
