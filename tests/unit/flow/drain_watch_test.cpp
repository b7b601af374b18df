// The definition of drained: not writable and empty, proven by three looks.

#include "flow/rules/drain_watch.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace robin::flow {
namespace {

using namespace std::chrono_literals;

const DrainLook drained{{ControlState::Draining, {7}}, true, {0, 0, true}, {0, 0, true}, 0};

/// Everything that speaks against it, one at a time.
std::vector<DrainLook> doubts() {
  std::vector<DrainLook> all;
  const auto but = [&all](const std::function<void(DrainLook&)>& change) {
    all.push_back(drained);
    change(all.back());
  };
  but([](DrainLook& seen) { seen.control.state = ControlState::Writable; });
  but([](DrainLook& seen) { seen.ingress_closed = false; });
  but([](DrainLook& seen) { seen.blocks.ready = 1; });
  but([](DrainLook& seen) { seen.blocks.unacked = 1; });
  but([](DrainLook& seen) { seen.results.ready = 1; });
  but([](DrainLook& seen) { seen.results.unacked = 1; });
  but([](DrainLook& seen) { seen.blocks.known = false; });
  but([](DrainLook& seen) { seen.results.known = false; });
  but([](DrainLook& seen) { seen.in_flight = 1; });
  return all;
}

TEST(DrainWatch, ThreeLooksMoreThanFiveSecondsApartProveIt) {
  DrainWatch watch;
  const DrainWatch::Time begin{};
  EXPECT_FALSE(watch.look(drained, begin));
  EXPECT_FALSE(watch.look(drained, begin + 1s));
  EXPECT_FALSE(watch.look(drained, begin + 5001ms));
  EXPECT_FALSE(watch.look(drained, begin + 10'001ms)) << "exactly as far apart as the numbers are old";
  EXPECT_TRUE(watch.look(drained, begin + 10'003ms));
}

TEST(DrainWatch, ADoubtBeginsTheCountAnew) {
  for (const DrainLook& doubt : doubts()) {
    EXPECT_FALSE(DrainWatch::is_empty_and_closed(doubt));
    DrainWatch watch;
    const DrainWatch::Time begin{};
    EXPECT_FALSE(watch.look(drained, begin));
    EXPECT_FALSE(watch.look(drained, begin + 6s));
    EXPECT_FALSE(watch.look(doubt, begin + 12s));
    EXPECT_FALSE(watch.look(drained, begin + 18s));
    EXPECT_FALSE(watch.look(drained, begin + 24s));
    EXPECT_TRUE(watch.look(drained, begin + 30s));
  }
}

TEST(DrainWatch, AnErrorOrAnotherDrainBeginsTheCountAnew) {
  DrainWatch watch;
  const DrainWatch::Time begin{};
  EXPECT_FALSE(watch.look(drained, begin));
  EXPECT_FALSE(watch.look(drained, begin + 6s));
  watch.fail();
  EXPECT_FALSE(watch.look(drained, begin + 12s));
  EXPECT_FALSE(watch.look(drained, begin + 18s));
  DrainLook next = drained;
  next.control.epoch = {8};
  EXPECT_FALSE(watch.look(next, begin + 24s));
  EXPECT_FALSE(watch.look(next, begin + 30s));
  EXPECT_TRUE(watch.look(next, begin + 36s));
}

}  // namespace
}  // namespace robin::flow
