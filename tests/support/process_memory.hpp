#pragma once

// How much memory a process has resident, by /proc. 0 if it has gone.

#include <sys/types.h>

#include <cstdint>

namespace robin::testing_support {

/// Now (VmRSS), in KiB.
[[nodiscard]] std::uint64_t resident_memory_kib(pid_t process);
/// The most it ever had (VmHWM), in MiB.
[[nodiscard]] std::uint64_t greatest_memory_mib(pid_t process);

}  // namespace robin::testing_support
