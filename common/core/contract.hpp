#pragma once

// ROBIN_ASSERT: our own mistakes. It stays on in Release and ends the process, because a crash is better than a wrong
// witness. Input from outside never reaches one: it is checked at the door. Every layer may include this header.

#include <cstdio>
#include <cstdlib>

namespace robin {

[[noreturn]] inline void contract_broken(const char* condition, const char* why, const char* file, int line) noexcept {
  // A process about to abort has nobody to report a failed write to.
  static_cast<void>(
      std::fprintf(stderr, "robin: broken contract: %s (%s) at %s:%d\n", why, condition, file, line));  // NOLINT
  std::abort();
}

}  // namespace robin

#define ROBIN_ASSERT(condition, why) /* NOLINT(cppcoreguidelines-macro-usage) */ \
  ((condition) ? static_cast<void>(0) : ::robin::contract_broken(#condition, why, __FILE__, __LINE__))
