#pragma once

// arm_test_points: in a build for tests (ROBIN_TEST_POINTS), what the environment asks to go wrong: ROBIN_TEST_GAMMA
// puts another constant in place of gamma (math/bar.hpp). Other builds do not look at it. Called once, first thing in
// main.

namespace robin::flow {

void arm_test_points();

}  // namespace robin::flow
