#pragma once

// flood: an adversary at an HTTP port: a head, and then as many bytes as are wanted, all of the same piece; and what
// the memory of a process came to.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace robin::testing_support {

struct Flooded {
  /// The status of the answer; 0 if nobody answered.
  int status;
  /// How many bytes behind the head the server took.
  std::uint64_t bytes;
};

/// Sends `head` and then `piece` again and again, until there is an answer, the server has ended the connection, or
/// `bytes_max` bytes were sent.
[[nodiscard]] Flooded flood(std::uint16_t port, const std::string& head, const std::string& piece,
                            std::uint64_t bytes_max);

}  // namespace robin::testing_support
