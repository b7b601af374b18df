#include "flow/test_points.hpp"

#ifdef ROBIN_TEST_POINTS

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>

#include "contract.hpp"
#include "math/bar.hpp"

namespace robin::flow {
namespace {

struct CrashPoint {
  std::string name;
  std::atomic<unsigned> passes_left = 0;
};

CrashPoint& armed() {
  static CrashPoint point;
  return point;
}

void arm_crash(const std::string& text) {
  const std::size_t colon = text.find(':');
  unsigned passes = 1;
  if (colon != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data() + colon + 1, end, passes);
    ROBIN_ASSERT(error == std::errc() && read == end && passes >= 1, "ROBIN_TEST_CRASH is NAME or NAME:N");
  }
  armed().name = text.substr(0, colon);
  armed().passes_left = passes;
}

}  // namespace

void arm_test_points() {
  // NOLINTBEGIN(concurrency-mt-unsafe): called before any thread begins
  if (const char* constant = std::getenv("ROBIN_TEST_GAMMA")) {
    const auto parsed = math::Decimal::parse(constant);
    ROBIN_ASSERT(math::accepted(parsed) != nullptr, "ROBIN_TEST_GAMMA is a number");
    math::plant_bar(*math::accepted(parsed));
  }
  if (const char* crash = std::getenv("ROBIN_TEST_CRASH")) {
    arm_crash(crash);
  }
  // NOLINTEND(concurrency-mt-unsafe)
}

void crash_point(std::string_view name) {
  if (armed().name == name && --armed().passes_left == 0) {
    std::abort();
  }
}

}  // namespace robin::flow

#else

namespace robin::flow {

void arm_test_points() {}

}  // namespace robin::flow

#endif
