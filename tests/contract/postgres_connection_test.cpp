// A connection to PostgreSQL that is cut at any byte of an answer: that is a failure of the world, which may be tried
// again, and what was not confirmed to its end never counts as done.

#include "adapters/postgres_connection.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace robin::adapters
