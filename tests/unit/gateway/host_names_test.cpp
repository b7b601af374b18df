#include "gateway/host_names.hpp"

#include <gtest/gtest.h>

#include "runtime/config.hpp"

namespace robin::gateway {
namespace {

TEST(HostNames, OnLoopbackAStrangersNameIsNotOurs) {
  const HostNames names("127.0.0.1:8080", "");
  for (const char* ours : {"localhost", "localhost:8080", "LOCALHOST.", "robin.localhost:80", "127.0.0.1:8080",
                           "[::1]:8080", "192.0.2.7", ""}) {
    EXPECT_TRUE(names.have(ours)) << ours;
  }
  for (const char* other : {"rebound.example", "rebound.example:8080", "localhost.example", "127.0.0.1.example"}) {
    EXPECT_FALSE(names.have(other)) << other;
  }
  EXPECT_FALSE(HostNames("[::1]:0", "").have("rebound.example"));
  EXPECT_FALSE(HostNames("localhost:0", "").have("rebound.example"));
}

TEST(HostNames, OthersAreNamedByTheSettings) {
  const HostNames names("127.0.0.1:8080", "robin.example  Other.Example");
  EXPECT_TRUE(names.have("robin.example:443"));
  EXPECT_TRUE(names.have("other.example"));
  EXPECT_FALSE(names.have("rebound.example"));
  EXPECT_THROW(HostNames("127.0.0.1:8080", "https://robin.example"), runtime::Config::Refused);
  EXPECT_THROW(HostNames("127.0.0.1:8080", "robin.example:443"), runtime::Config::Refused);
}

TEST(HostNames, BeyondLoopbackAnyWillDoUnlessSomeAreNamed) {
  EXPECT_TRUE(HostNames("0.0.0.0:8080", "").have("robin.example"));
  EXPECT_TRUE(HostNames("[::]:8080", "").have("robin.example"));
  EXPECT_FALSE(HostNames("0.0.0.0:8080", "robin.example").have("rebound.example"));
}

}  // namespace
}  // namespace robin::gateway
