#pragma once

// The exit statuses of the command line: a contract that scripts depend on (README.md beside this file, "Exit
// statuses").

namespace robin::cli {

enum class ExitStatus {
  Done = 0,
  Failure = 1,
  Usage = 2,
  Unreachable = 3,
  Mismatch = 4,
  Violation = 10,
  SignalBase = 128,
};

[[nodiscard]] constexpr int number(ExitStatus status) { return static_cast<int>(status); }

}  // namespace robin::cli
