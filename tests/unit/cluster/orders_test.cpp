#include "cluster/orders.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "support/temporary_folder.hpp"

namespace {

/// What is watched, and whether it was there when somebody began to listen.
std::filesystem::path watched;           // NOLINT(cert-err58-cpp)
std::optional<bool> seen_before_listen;  // none: nobody did

}  // namespace

/// The system's, which this program calls by way of here.
extern "C" int listen(int socket, int waiting_max) noexcept {
  seen_before_listen = std::filesystem::exists(watched);
  return static_cast<int>(syscall(SYS_listen, socket, waiting_max));
}

namespace robin::cluster {
namespace {

// Whoever starts a supervisor waits for its socket. One that could be seen before it listened made `start` fail now and
// then, and left that supervisor behind.
TEST(OrderSocket, IsNotSeenBeforeItListens) {
  const testing_support::TemporaryFolder folder;
  watched = folder.path() / "supervisor.socket";
  const OrderSocket orders(folder.path());
  EXPECT_EQ(seen_before_listen, false);
  EXPECT_TRUE(std::filesystem::exists(watched));
}

}  // namespace
}  // namespace robin::cluster
