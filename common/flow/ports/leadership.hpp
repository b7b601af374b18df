#pragma once

// Leadership: of all services of one role one leads, and the others wait. Whoever takes the lead gets an epoch, greater
// than any before. A write under an older epoch changes nothing and throws Fenced. So an earlier leader that was frozen
// for a while does no harm when it wakes (M. Kleppmann, "How to do distributed locking", 2016: a fencing token).

#include <exception>
#include <optional>

#include "flow/ports/ids.hpp"

namespace robin::flow {

/// Services of which one leads.
enum class Role { Producer, Auditor, Janitor };

/// producer, auditor or janitor.
[[nodiscard]] constexpr const char* text(Role role) {
  return role == Role::Producer ? "producer" : role == Role::Auditor ? "auditor" : "janitor";
}

/// The epoch is no longer the newest of its role. A producer also gets this when a drain was ordered, or when the
/// ledger was restored (provenance.hpp). Nothing was written. It ends the loop that led, whatever that was doing. It is
/// the only expected outcome that is an exception, for everybody does the same with it.
class Fenced : public std::exception {
 public:
  explicit Fenced(Role role) : role_(role) {}
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] const char* what() const noexcept override { return "another one leads, or writes are stopped"; }

 private:
  Role role_;
};

class Leadership {
 public:
  Leadership() = default;
  Leadership(const Leadership&) = delete;
  Leadership& operator=(const Leadership&) = delete;
  virtual ~Leadership() = default;

  /// Takes the lead, and with it the next epoch; nullopt while another leads. The lead lasts until release(), the end
  /// of this object, or the end of its connection. Throws runtime::Error.
  [[nodiscard]] virtual std::optional<Epoch> lead(Role role) = 0;
  virtual void release(Role role) = 0;
};

}  // namespace robin::flow
