#include "cluster/ports.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <set>
#include <vector>

namespace robin::cluster {
namespace {

TEST(PortReservation, PortsAreBelowThoseOfClientsAndNobodyElses) {
  std::vector<std::unique_ptr<PortReservation>> all;
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 500; ++i) {
    all.push_back(std::make_unique<PortReservation>());
    EXPECT_GE(all.back()->port(), PortReservation::first);
    EXPECT_LT(all.back()->port(), 32768);
    ports.insert(all.back()->port());
  }
  EXPECT_EQ(ports.size(), all.size());
}

TEST(PortReservation, AServerListensWhereItIsHeld) {
  const PortReservation reservation;
  EXPECT_FALSE(answers(reservation.port())) << "held is not served";
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(reservation.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets interface takes any address so
  EXPECT_EQ(bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(server, 1), 0);
  EXPECT_TRUE(answers(reservation.port()));
  close(server);
}

}  // namespace
}  // namespace robin::cluster
