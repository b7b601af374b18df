#pragma once

// read_text_file: a whole file that somebody named, up to a bound: what never ends is never read to its end.

#include <cstddef>
#include <string>

namespace robin::runtime {

/// Reads a file or a pipe. Throws Error, which names the file and why it cannot be read: it is missing, a directory, a
/// device, or longer than `bytes_max`.
[[nodiscard]] std::string read_text_file(const std::string& path, std::size_t bytes_max);

}  // namespace robin::runtime
