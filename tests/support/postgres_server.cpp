#include "support/postgres_server.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "adapters/postgres/store.hpp"

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

adapters::PostgresOptions in_database(const std::string& name) {
  auto options = server();
  options.url.replace(options.url.rfind('/') + 1, std::string::npos, name);
  return options;
}

/// The database with this program's schema; the first who asks makes it.
std::string template_database(adapters::PostgresConnection& administrator) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  const auto age = std::filesystem::last_write_time(program).time_since_epoch().count();
  std::string name = "template_" + std::to_string(std::hash<std::string>()(program.string() + std::to_string(age)));
  constexpr const char* lock = "hashtext('robin tests: template')";
  administrator.query(("SELECT pg_advisory_lock(" + std::string(lock) + ")").c_str());
  if (administrator.query("SELECT FROM pg_database WHERE datname = $1", {name}).count() == 0) {
    administrator.execute_script("DROP DATABASE IF EXISTS unfinished_" + name);
    administrator.execute_script("CREATE DATABASE unfinished_" + name);
    adapters::migrate_postgres(in_database("unfinished_" + name));
    // Nobody may be connected to what is copied.
    administrator.execute_script("ALTER DATABASE unfinished_" + name + " WITH ALLOW_CONNECTIONS false");
    administrator.execute_script("ALTER DATABASE unfinished_" + name + " RENAME TO " + name);
  }
  administrator.query(("SELECT pg_advisory_unlock(" + std::string(lock) + ")").c_str());
  return name;
}

}  // namespace

PostgresDatabase::PostgresDatabase(Schema schema)
    : administrator_(std::make_unique<adapters::PostgresConnection>(server())), name_(next_name()) {
  administer("CREATE DATABASE " + name_ +
             (schema == Schema::Migrated ? " TEMPLATE " + template_database(*administrator_) + " STRATEGY FILE_COPY"
                                         : std::string()));
}

PostgresDatabase::~PostgresDatabase() {
  try {
    administer("DROP DATABASE " + name_ + " WITH (FORCE)");
    for (const auto& user : users_) {
      administer("DROP USER " + user);
    }
  } catch (const runtime::Error&) {  // NOLINT(bugprone-empty-catch): the server goes with the test run
  }
}

void PostgresDatabase::administer(const std::string& sql) {
  try {
    administrator_->execute_script(sql);
  } catch (const runtime::Error&) {
    administrator_ = std::make_unique<adapters::PostgresConnection>(server());
    administrator_->execute_script(sql);
  }
}

adapters::PostgresOptions PostgresDatabase::options_elsewhere() { return server(); }

adapters::PostgresOptions PostgresDatabase::options() const { return in_database(name_); }

adapters::PostgresOptions PostgresDatabase::options_as(const std::string& role) {
  const std::string user = name_ + "_" + role;
  if (users_.insert(user).second) {
    administer("CREATE USER " + user + " PASSWORD 'secret_of_" + role + "' IN ROLE robin_" + role);
  }
  auto all = options();
  const std::size_t begin = all.url.find("://") + 3;
  all.url.replace(begin, all.url.find('@') - begin, user + ":secret_of_" + role);
  return all;
}

}  // namespace robin::testing_support
