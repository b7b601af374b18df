#pragma once

// Error: the world failed (a disk, a server, a network). The one exception type of the project; callers ask properties
// instead of climbing a taxonomy. Thrown by adapters and runtime, caught by the loops that can retry and by main.

#include <stdexcept>
#include <string>

namespace robin::runtime {

/// Whether the same call may succeed later.
enum class Retry { Yes, No };

/// Why it failed. Failure: no other of these; exit status 1. Unreachable: a server is out of reach; exit status 3.
/// Data: the server refused this very content and would refuse it again, but nothing else is wrong. Slow: the server
/// gave up because it took too long; something smaller may succeed.
enum class Cause { Failure, Unreachable, Data, Slow };

class Error : public std::runtime_error {
 public:
  /// `what` is one line that names the thing and, where there is one, the fix.
  explicit Error(const std::string& what, Retry retry = Retry::No, Cause cause = Cause::Failure)
      : std::runtime_error(what), retry_(retry), cause_(cause) {}

  [[nodiscard]] Retry retry() const noexcept { return retry_; }
  [[nodiscard]] Cause cause() const noexcept { return cause_; }

 private:
  Retry retry_;
  Cause cause_;
};

}  // namespace robin::runtime
