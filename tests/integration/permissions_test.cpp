// Least privilege, whole: every user of RabbitMQ and every role of PostgreSQL tries every operation on the real
// servers, and what each may do is, to the line, what permissions.txt says. Whoever widens or narrows a right changes
// that file, where a reader sees it. tests/topology checks it against ops/topology.json without a server.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "adapters/rabbitmq/connection.hpp"
#include "cluster/topology.hpp"
#include "runtime/error.hpp"
#include "support/http_get.hpp"
#include "support/patience.hpp"
#include "support/postgres_server.hpp"
#include "support/rabbitmq_server.hpp"

namespace robin {
namespace {

using adapters::PostgresConnection;
using adapters::RabbitmqConnection;

/// The lines of permissions.txt that begin with this word.
std::set<std::string> expected(const std::string& first_word) {
  std::ifstream file(ROBIN_SOURCE_DIR "/tests/integration/permissions.txt");
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(first_word + " ")) {
      lines.insert(line);
    }
  }
  EXPECT_FALSE(lines.empty()) << "permissions.txt says nothing about " << first_word;
  return lines;
}

void expect_exactly(const std::set<std::string>& found, const std::string& first_word) {
  const auto wanted = expected(first_word);
  for (const std::string& line : found) {
    EXPECT_TRUE(wanted.contains(line)) << "granted, but not in permissions.txt: " << line;
  }
  for (const std::string& line : wanted) {
    EXPECT_TRUE(found.contains(line)) << "in permissions.txt, but refused: " << line;
  }
}

// RabbitMQ.

class BrokerUser {
 public:
  BrokerUser(const testing_support::RabbitmqServer& server, const std::string& user) : options_(server.options(user)) {}

  /// Whether the server lets this user do so, each time on a connection of its own, as a refusal ends it.
  [[nodiscard]] bool may(const std::function<void(RabbitmqConnection&)>& act) const {
    adapters::SocketInterruption never;
    RabbitmqConnection connection(options_, "permissions", never);
    try {
      act(connection);
      return true;
    } catch (const runtime::Error& error) {
      EXPECT_NE(std::string(error.what()).find("ACCESS_REFUSED"), std::string::npos) << error.what();
      return false;
    }
  }
  [[nodiscard]] bool may_publish(const std::string& exchange) const {
    return may([&exchange](RabbitmqConnection& connection) {
      connection.confirm_select();
      // To nowhere: what is not mandatory and has no queue is dropped, and confirmed.
      connection.publish(exchange, "nowhere", false, {"permissions", "{}", ""});
      bool confirmed = false;
      const auto deadline = testing_support::patience();
      while (!confirmed && !deadline.has_passed()) {
        connection.serve(-1, core::Milliseconds(100), [&confirmed](RabbitmqConnection::Incoming incoming) {
          confirmed = std::holds_alternative<RabbitmqConnection::Ack>(incoming);
        });
      }
      EXPECT_TRUE(confirmed) << exchange;
    });
  }

 private:
  adapters::RabbitmqOptions options_;
};

TEST(Permissions, EachUserOfRabbitmqMayDoWhatIsWrittenAndNothingElse) {
  const testing_support::RabbitmqServer server;
  std::set<std::string> found;
  for (const auto& name : cluster::topology().rabbitmq_users) {
    const BrokerUser user(server, name);
    const auto note = [&found, &name](const std::string& what, bool allowed) {
      if (allowed) {
        found.insert("rabbitmq " + name + " " + what);
      }
    };
    for (const std::string exchange : {"robin.ingress", "robin.results", "robin.replies", "amq.direct", ""}) {
      note("publish " + (exchange.empty() ? "default" : exchange), user.may_publish(exchange));
    }
    for (const std::string queue : {"robin.blocks", "robin.results", "robin.dead"}) {
      note("consume " + queue,
           user.may([&](RabbitmqConnection& connection) { connection.consume(queue, "permissions", false); }));
    }
    for (const std::string queue : {"robin.reply.permissions", "robin.other", "other"}) {
      note("declare " + queue,
           user.may([&](RabbitmqConnection& connection) { connection.declare_exclusive_queue(queue); }));
    }
    note("bind its reply queue to robin.replies, and consume it", user.may([](RabbitmqConnection& connection) {
      connection.declare_exclusive_queue("robin.reply.permissions");
      connection.bind("robin.reply.permissions", "robin.replies", "robin.reply.permissions");
      connection.consume("robin.reply.permissions", "permissions", true);
    }));
    for (const std::string queue : {"robin.blocks", "robin.results", "robin.dead"}) {
      for (const std::string exchange : {"robin.ingress", "robin.results", "robin.replies"}) {
        note("bind " + queue + " to " + exchange, user.may([&](RabbitmqConnection& connection) {
          connection.bind(queue, exchange, "permissions");
          connection.unbind(queue, exchange, "permissions");
        }));
      }
    }
    // The management API, by the user's own login.
    const auto may_get = [&](const std::string& path) {
      return testing_support::http_get(server.management_server_of(name) + path).status == 200;
    };
    note("GET /api/queues/robin/robin.blocks", may_get("/api/queues/" + server.virtual_host() + "/robin.blocks"));
    note("GET /api/users", may_get("/api/users"));
  }
  expect_exactly(found, "rabbitmq");
}

// PostgreSQL.

/// Whether the database lets this user run the statement; nothing is kept of it.
bool may(PostgresConnection& database, const std::string& sql) {
  database.execute_script("BEGIN");
  bool allowed = true;
  try {
    database.execute_script(sql);
  } catch (const runtime::Error& error) {
    const std::string what = error.what();
    // From the fourth on: of an identity and of a view, which nobody writes.
    constexpr std::array refusals = {"permission denied",
                                     "must be owner",
                                     "violates row-level security policy",
                                     "can only be updated to DEFAULT",
                                     "cannot insert a non-DEFAULT value",
                                     "cannot insert into view",
                                     "cannot update view",
                                     "cannot delete from view",
                                     "is not a table"};
    allowed = std::none_of(refusals.begin(), refusals.end(),
                           [&what](const char* refusal) { return what.find(refusal) != std::string::npos; });
    EXPECT_FALSE(allowed) << "neither done nor refused: " << sql << ": " << what;
  }
  database.execute_script("ROLLBACK");
  return allowed;
}

TEST(Permissions, EachRoleOfTheDatabaseMayDoWhatIsWrittenAndNothingElse) {
  testing_support::PostgresDatabase database;
  PostgresConnection owner(database.options());
  const auto columns = owner.query(
      "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a JOIN pg_class c ON c.oid = "
      "a.attrelid"
      " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT "
      "a.attisdropped"
      " ORDER BY c.relname, a.attnum");
  const auto functions = owner.query(
      "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
      " LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' WHERE n.nspname = 'public' AND d.objid IS NULL"
      " ORDER BY 1");
  std::set<std::string> found;
  for (const auto& [name, user_of_role] : cluster::topology().roles) {
    const std::string role = name.substr(std::string("robin_").size());
    PostgresConnection user(database.options_as(role));
    const auto note = [&found, &role](const std::string& what) { found.insert("postgres " + role + " " + what); };
    std::string table;
    for (int i = 0; i < columns.count(); ++i) {
      const std::string column = columns.text(i, 1);
      if (columns.text(i, 0) != table) {
        table = columns.text(i, 0);
        for (const auto& [word, sql] : {std::pair<const char*, std::string>{"DELETE", "DELETE FROM " + table},
                                        {"TRUNCATE", "TRUNCATE " + table + " CASCADE"},
                                        {"ALTER", "ALTER TABLE " + table + " ADD COLUMN another integer"}}) {
          if (may(user, sql + (std::string(word) == "DELETE" ? " WHERE false" : ""))) {
            note(std::string(word) + " " + table);
          }
        }
      }
      if (may(user, "SELECT " + column + " FROM " + table + " LIMIT 0")) {
        note("SELECT " + table + "." + column);
      }
      if (may(user, "UPDATE " + table + " SET " + column + " = NULL WHERE false")) {
        note("UPDATE " + table + "." + column);
      }
      if (may(user, "INSERT INTO " + table + " (" + column + ") SELECT NULL::" + columns.text(i, 2) + " WHERE false")) {
        note("INSERT " + table + "." + column);
      }
    }
    // Told once, an event keeps whoever tells another one of that name from doing so.
    for (const std::string kind : {"alarm", "unfit", "disputed", "settled", "refined", "drain", "retry", "dead_letter",
                                   "pause", "resume", "cancel", "share", "compact", "another"}) {
      for (const auto& [word, once] : {std::pair<std::string, std::string>{"", "NULL"}, {", told once,", "'once'"}}) {
        if (may(user, "INSERT INTO events (kind, message, once) VALUES ('" + kind + "', 'x', " + once + ")")) {
          note("INSERT an event" + word + " of kind." + kind);
        }
      }
    }
    for (int i = 0; i < functions.count(); ++i) {
      const std::string function = functions.text(i, 0);
      if (owner.query("SELECT has_function_privilege($1, $2, 'EXECUTE')", {database.name() + "_" + role, function})
              .text(0, 0) == "t") {
        note("EXECUTE " + function);
      }
    }
    if (may(user, "CREATE TABLE another (x integer)")) {
      note("CREATE TABLE");
    }
    if (may(user, "CREATE ROLE another_" + role)) {
      note("CREATE ROLE");
    }
  }
  // Columns of one table for which a role may do the same are one line.
  std::set<std::string> lines;
  std::string joined;
  std::string columns_of;
  const auto finish = [&] {
    if (!joined.empty()) {
      lines.insert(joined + (columns_of.empty() ? "" : "." + columns_of));
    }
  };
  for (const std::string& one : found) {
    const std::size_t dot = one.find('(') == std::string::npos ? one.find('.') : std::string::npos;
    const std::string before = one.substr(0, dot);
    const std::string column = dot == std::string::npos ? "" : one.substr(dot + 1);
    if (before != joined || column.empty()) {
      finish();
      joined = before;
      columns_of = column;
    } else {
      columns_of += "," + column;
    }
  }
  finish();
  expect_exactly(lines, "postgres");
}

}  // namespace
}  // namespace robin
