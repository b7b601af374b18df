#include "adapters/postgres_session.hpp"

#include "contract.hpp"

namespace robin::adapters {
namespace {

using flow::Epoch;
using flow::Role;

/// Advisory locks of this program; the upper half spells "robi". (...353 is taken while migrating.)
const char* lock_of(Role role) {
  switch (role) {
    case Role::Producer:
      return "8246760063880036354";
    case Role::Auditor:
      return "8246760063880036355";
    case Role::Janitor:
      break;
  }
  return "8246760063880036356";
}

const char* name_of(Role role) { return role == Role::Auditor ? "auditor" : "janitor"; }

}  // namespace

PostgresConnection& PostgresSession::connection() {
  if (!connection_ || !connection_->is_usable()) {
    connection_.reset();
    // A session's locks end with it: whoever led must lead anew, under another epoch.
    leads_.clear();
    connection_ = std::make_unique<PostgresConnection>(options_);
  }
  return *connection_;
}

std::optional<Epoch> PostgresSession::lead(Role role) {
  return run([&](PostgresConnection& database) -> std::optional<Epoch> {
    // The lock belongs to the session: were it taken twice by one, it would be granted twice.
    if (leads_.contains(role) || database.query("SELECT pg_try_advisory_lock($1)", {lock_of(role)}).text(0, 0) != "t") {
      return std::nullopt;
    }
    leads_.insert(role);
    const auto row =
        role == Role::Producer
            ? database.query("UPDATE control SET epoch = epoch + 1, changed_at = now() WHERE id = 1 RETURNING epoch")
            : database.query("UPDATE leaders SET epoch = epoch + 1, changed_at = now() WHERE role = $1 RETURNING epoch",
                             {name_of(role)});
    ROBIN_ASSERT(row.count() == 1, "the row of the role exists");
    return Epoch{row.integer(0, 0)};
  });
}

void PostgresSession::release(Role role) {
  run([&](PostgresConnection& database) {
    if (leads_.erase(role) > 0) {
      database.query("SELECT pg_advisory_unlock($1)", {lock_of(role)});
    }
  });
}

bool is_newest(PostgresConnection& connection, Role role, Epoch epoch) {
  const std::string number = std::to_string(epoch.value);
  const auto row =
      role == Role::Producer
          ? connection.query("SELECT 1 FROM control WHERE id = 1 AND epoch = $1 AND state = 'WRITABLE' FOR SHARE",
                             {number})
          : connection.query("SELECT 1 FROM leaders WHERE role = $1 AND epoch = $2 FOR SHARE", {name_of(role), number});
  return row.count() == 1;
}

}  // namespace robin::adapters
