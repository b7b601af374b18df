#include "flow/test_points.hpp"

#ifdef ROBIN_TEST_POINTS

#include <cstdlib>

#include "contract.hpp"
#include "math/bar.hpp"

namespace robin::flow {

void arm_test_points() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): called before any thread begins
  if (const char* constant = std::getenv("ROBIN_TEST_GAMMA")) {
    const auto parsed = math::Decimal::parse(constant);
    ROBIN_ASSERT(math::accepted(parsed) != nullptr, "ROBIN_TEST_GAMMA is a number");
    math::plant_bar(*math::accepted(parsed));
  }
}

}  // namespace robin::flow

#else

namespace robin::flow {

void arm_test_points() {}

}  // namespace robin::flow

#endif
