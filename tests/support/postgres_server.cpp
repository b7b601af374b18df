#include "support/postgres_server.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace robin::testing_support {
namespace {

adapters::PostgresOptions server() {
  const char* url = std::getenv("ROBIN_DATABASE_URL");  // NOLINT(concurrency-mt-unsafe): tests set no environment
  if (url == nullptr) {
    throw std::runtime_error("ROBIN_DATABASE_URL is not set: run the tests by ./ops/test, which starts the servers");
  }
  adapters::PostgresOptions options;
  options.url = url;
  // On a busy machine a test may compute for long between two statements, and another one waits for its locks.
  options.idle_in_transaction_timeout_ms = 20'000;
  options.lock_timeout_ms = 24'000;
  options.statement_timeout_ms = 26'000;
  options.answer_timeout_ms = 28'000;
  return options;
}

std::string next_name() {
  static std::atomic<int> count = 0;
  return "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

}  // namespace

PostgresDatabase::PostgresDatabase() : name_(next_name()) {
  adapters::PostgresConnection(server()).execute_script("CREATE DATABASE " + name_);
}

PostgresDatabase::~PostgresDatabase() {
  try {
    adapters::PostgresConnection connection(server());
    connection.execute_script("DROP DATABASE " + name_ + " WITH (FORCE)");
    for (const auto& user : users_) {
      connection.execute_script("DROP USER " + user);
    }
  } catch (const runtime::Error&) {  // NOLINT(bugprone-empty-catch): the server goes with the test run
  }
}

adapters::PostgresOptions PostgresDatabase::options_elsewhere() { return server(); }

adapters::PostgresOptions PostgresDatabase::options() const {
  auto options = server();
  options.url.replace(options.url.rfind('/') + 1, std::string::npos, name_);
  return options;
}

adapters::PostgresOptions PostgresDatabase::options_as(const std::string& role) {
  const std::string user = name_ + "_" + role;
  if (users_.insert(user).second) {
    adapters::PostgresConnection(server()).execute_script("CREATE USER " + user + " PASSWORD 'secret_of_" + role +
                                                          "' IN ROLE robin_" + role);
  }
  auto all = options();
  const std::size_t begin = all.url.find("://") + 3;
  all.url.replace(begin, all.url.find('@') - begin, user + ":secret_of_" + role);
  return all;
}

}  // namespace robin::testing_support
