// A connection to PostgreSQL that is cut at any byte of an answer: that is a failure of the world, which may be tried
// again, and what was not confirmed to its end never counts as done.

#include "adapters/postgres/connection.hpp"

#include <gtest/gtest.h>

#include "cluster/ports.hpp"
#include "runtime/error.hpp"
#include "support/postgres_server.hpp"
#include "support/random.hpp"
#include "support/tcp_proxy.hpp"

namespace robin::adapters {
namespace {

TEST(PostgresConnectionTest, APipelineThatIsCutAtAnyByteIsNoSuccessAndMayBeTriedAgain) {
  const testing_support::PostgresDatabase database(testing_support::Schema::None);
  const std::string url = database.options().url;
  testing_support::TcpProxy proxy(testing_support::port_of(url));
  PostgresOptions options = database.options();
  options.url = testing_support::by_port(url, proxy.port()) + "?sslmode=disable";
  const std::vector<PostgresConnection::Statement> statements = {
      {"BEGIN", {}}, {"SELECT 'one'", {}}, {"SELECT 'two'", {}}, {"COMMIT", {}}};
  std::int64_t failed = 0;
  bool all_came = false;
  constexpr std::int64_t step = testing_support::extent(1, 3);
  for (std::int64_t bytes = 0; bytes < 1000 && !all_came; bytes += step) {
    proxy.cut_after(-1);
    PostgresConnection connection(options);
    proxy.cut_after(bytes);
    try {
      const auto rows = connection.pipeline(statements);
      ASSERT_EQ(rows.size(), statements.size());
      all_came = true;
    } catch (const runtime::Error& error) {
      EXPECT_EQ(error.retry(), runtime::Retry::Yes) << "after " << bytes << " bytes: " << error.what();
      ++failed;
    }
  }
  EXPECT_TRUE(all_came);
  EXPECT_GT(step * failed, 100) << "one for each byte of the answer";
}

/// A name may have several addresses, and the one that matters need not be the first.
TEST(PostgresConnectionTest, WhatEachAddressAnsweredIsSaidInOneLine) {
  const cluster::PortReservation first;
  const cluster::PortReservation second;
  PostgresOptions options;
  const auto address = [](const cluster::PortReservation& reserved) {
    return "127.0.0.1:" + std::to_string(reserved.port());
  };
  options.url = "postgresql://nobody@" + address(first) + "," + address(second) + "/nothing";
  try {
    const PostgresConnection connection(options);
    FAIL() << "nobody listens there";
  } catch (const runtime::Error& error) {
    const std::string said = error.what();
    for (const auto* reserved : {&first, &second}) {
      EXPECT_NE(said.find("port " + std::to_string(reserved->port()) + " failed: "), std::string::npos) << said;
    }
    EXPECT_EQ(said.find_first_of("\n\t"), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace robin::adapters
