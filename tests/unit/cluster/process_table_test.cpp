#include "cluster/process_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "cluster/process.hpp"

namespace robin::cluster {
namespace {

ProcessEntry entry(pid_t id, std::uint64_t start, pid_t parent, pid_t session) {
  return {.identity = {id, start}, .parent = parent, .session = session, .has_ended = false};
}

TEST(ProcessTable, ANameMayHoldAnything) {
  const auto parsed =
      parse_stat("4242 (a) S 1 (b) 7) S 7 4242 4200 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->identity, (ProcessIdentity{4242, 987654}));
  EXPECT_EQ(parsed->parent, 7);
  EXPECT_EQ(parsed->session, 4200);
  EXPECT_FALSE(parsed->has_ended);
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("4242 (short) S 1"));
}

TEST(ProcessTable, WeAreInIt) {
  const auto self = process_entry(getpid());
  ASSERT_TRUE(self);
  EXPECT_EQ(self->parent, getppid());
  EXPECT_EQ(self->session, getsid(0));
  const auto table = process_table();
  EXPECT_TRUE(std::any_of(table.begin(), table.end(),
                          [&](const ProcessEntry& other) { return other.identity == self->identity; }));
  EXPECT_EQ(identity_from(to_text(self->identity)), self->identity);
  EXPECT_FALSE(identity_from(""));
  EXPECT_FALSE(identity_from("x 1"));
  EXPECT_FALSE(identity_from("12"));
}

TEST(ProcessTable, AFamilyIsASessionAndAllDescendants) {
  // 10 leads a session; 11 is its child with a session of its own, 12 that one's child; 20 has nothing to do with it.
  const std::vector<ProcessEntry> table = {entry(1, 1, 0, 1),   entry(12, 7, 11, 12), entry(10, 5, 1, 10),
                                           entry(13, 8, 1, 10), entry(11, 6, 10, 11), entry(20, 9, 1, 20)};
  EXPECT_THAT(family(table, {{10, 5}}), testing::ElementsAre(ProcessIdentity{10, 5}, ProcessIdentity{11, 6},
                                                             ProcessIdentity{12, 7}, ProcessIdentity{13, 8}));
}

TEST(ProcessTable, WhoOutlivesTheLeaderBelongsToTheFamilyStill) {
  EXPECT_THAT(family({entry(13, 8, 1, 10), entry(20, 9, 1, 20)}, {{10, 5}}),
              testing::ElementsAre(ProcessIdentity{13, 8}));
}

TEST(ProcessTable, AnotherProcessWithTheIdOfOursIsNone) {
  // The id 10 is somebody else's now, with a session and a child.
  const std::vector<ProcessEntry> table = {entry(10, 99, 1, 10), entry(11, 100, 10, 10)};
  EXPECT_THAT(family(table, {{10, 5}}), testing::IsEmpty());
}

TEST(ProcessTable, AZombieHasEnded) {
  auto zombie = entry(10, 5, 1, 10);
  zombie.has_ended = true;
  EXPECT_THAT(family({zombie}, {{10, 5}}), testing::IsEmpty());
}

TEST(ProcessTable, ASignalReachesOnlyTheProcessThatIsMeant) {
  Process sleeper({"sleep", "600"}, {});
  const auto self = process_entry(sleeper.id());
  ASSERT_TRUE(self);
  EXPECT_FALSE(send_signal({sleeper.id(), self->identity.start + 1}, SIGKILL)) << "one that bore that id before";
  EXPECT_FALSE(sleeper.status_if_ended());
  EXPECT_TRUE(send_signal(self->identity, SIGKILL));
  EXPECT_EQ(sleeper.wait(), 128 + SIGKILL);
}

}  // namespace
}  // namespace robin::cluster
