#pragma once

// flood: an adversary at an HTTP port: a head, and then as many bytes as are wanted, all of the same piece; and what
// the memory of a process came to.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace robin::testing_support {

struct Flooded {
  /// 0: nobody answered.
  int status;
  /// How much was taken of what came after the head.
  std::uint64_t bytes;
};

/// Sends until the answer is there, the server has ended the connection, or `bytes_max` were sent.
[[nodiscard]] Flooded flood(std::uint16_t port, const std::string& head, const std::string& piece,
                            std::uint64_t bytes_max);

}  // namespace robin::testing_support
