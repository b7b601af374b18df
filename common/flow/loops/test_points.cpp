#include "flow/loops/test_points.hpp"

#ifdef ROBIN_TEST_POINTS

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "core/contract.hpp"
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

std::atomic<unsigned> slice_milliseconds = 0;
/// 0: as in other builds.
std::atomic<unsigned> looks_milliseconds = 0;

unsigned test_number_from(std::string_view text) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  ROBIN_ASSERT(
      error == std::errc() && read == end && number >= 1,
      "ROBIN_TEST_CRASH is NAME or NAME:N, ROBIN_TEST_SLICE_MS and ROBIN_TEST_LOOKS_MS are numbers, all from 1");
  return number;
}

void arm_crash(const std::string& text) {
  const std::size_t colon = text.find(':');
  const unsigned passes = colon == std::string::npos ? 1 : test_number_from(std::string_view(text).substr(colon + 1));
  armed().name = text.substr(0, colon);
  armed().passes_left = passes;
}

}  // namespace

void arm_test_points() {
  // NOLINTBEGIN(concurrency-mt-unsafe): called before any thread begins
  if (const char* constant = std::getenv("ROBIN_TEST_GAMMA")) {
    const auto parsed = math::Decimal::parse(constant);
    ROBIN_ASSERT(core::accepted(parsed) != nullptr, "ROBIN_TEST_GAMMA is a number");
    math::plant_bar(*core::accepted(parsed));
  }
  if (const char* crash = std::getenv("ROBIN_TEST_CRASH")) {
    arm_crash(crash);
  }
  if (const char* milliseconds = std::getenv("ROBIN_TEST_SLICE_MS")) {
    slice_milliseconds = test_number_from(milliseconds);
  }
  if (const char* milliseconds = std::getenv("ROBIN_TEST_LOOKS_MS")) {
    looks_milliseconds = test_number_from(milliseconds);
  }
  // NOLINTEND(concurrency-mt-unsafe)
}

void crash_point(std::string_view name) {
  if (armed().name == name && --armed().passes_left == 0) {
    std::abort();
  }
}

void slice_point() {
  if (slice_milliseconds > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(slice_milliseconds));  // this is what it is for
  }
}

std::string host_name(const std::string& otherwise) {
  const char* name = std::getenv("ROBIN_TEST_HOST");  // NOLINT(concurrency-mt-unsafe): called before any thread begins
  return name == nullptr ? otherwise : name;
}

std::chrono::milliseconds looks_apart(std::chrono::milliseconds otherwise) {
  return looks_milliseconds > 0 ? std::chrono::milliseconds(looks_milliseconds) : otherwise;
}

}  // namespace robin::flow

#else

namespace robin::flow {

void arm_test_points() {}

}  // namespace robin::flow

#endif
