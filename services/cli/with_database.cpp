// robin with-database: runs one of PostgreSQL's own programs in the environment of libpq that names the cluster's
// database, as ops/backup does. The password is in no argument, where a list of processes would show it.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "cli/cluster_access.hpp"
#include "cli/commands.hpp"
#include "runtime/error.hpp"

namespace robin::cli {
namespace {

/// Returns only if it fails.
int become(std::vector<std::string>& words) {
  for (const auto& [name, value] : adapters::libpq_environment(cluster_database().url)) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread was begun
    setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  throw runtime::Error("cannot run " + words[0] + ": " + std::generic_category().message(errno) +
                       " (on Debian, psql and pg_dump are in postgresql-client)");
}

}  // namespace

void add_with_database(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("with-database", "Run a program of PostgreSQL on the cluster's database");
  command->footer(
      "The database is named by ROBIN_DATABASE_URL, or by the file in ROBIN_DATABASE_URL_FILE; the program gets it in\n"
      "the environment (PGHOST, PGUSER, PGPASSWORD, ...). Its exit status is that of robin.\n\nExamples:\n"
      "  robin with-database psql\n"
      "  robin with-database -- pg_dump --format=custom --file=robin.dump\n");
  auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("COMMAND", *words, "the program and, behind --, its arguments")->required()->expected(1, -1);
  command->callback([&context, words] { context.chosen = [words] { return become(*words); }; });
}

}  // namespace robin::cli
