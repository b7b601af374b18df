#pragma once

// PostgresPlanWatch: LISTEN on a connection of its own, which a thread of its own waits on and makes anew when it
// broke. Triggers NOTIFY (migrations/0019). What PostgreSQL does not promise: notifications are lost with the
// connection, so it is reliable only while it listens, and says so when it begins and ends; and one who does not read
// them holds up their queue for all (8 GB, then commits fail), so they are read whether anybody waits for them or not.

#include "adapters/postgres/connection.hpp"
#include "flow/ports/plan_watch.hpp"

namespace robin::adapters {

class PostgresPlanWatch final : public flow::PlanWatch {
 public:
  explicit PostgresPlanWatch(PostgresOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::function<void()> tell) override;

 private:
  PostgresOptions options_;
};

}  // namespace robin::adapters
