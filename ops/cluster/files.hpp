#pragma once

// The files of a private cluster's folder: read whole, written whole, secrets for their owner alone.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace robin::cluster {

/// Empty for a file that cannot be read: of a process that may end meanwhile, that is one that has.
[[nodiscard]] std::string text_of(const std::filesystem::path& path);

/// Without the end of its line.
[[nodiscard]] std::string line_of(const std::filesystem::path& path);

/// The value of NAME in a file of lines NAME=VALUE.
[[nodiscard]] std::optional<std::string> variable_in(const std::filesystem::path& path, const std::string& name);

/// Who may read it: the owner alone, or everyone.
enum class Readers { Owner, Everyone };

/// Whole or not at all for whoever reads meanwhile; throws Error if that fails.
void write_file(const std::filesystem::path& path, const std::string& text, Readers readers = Readers::Everyone);

/// To the end of what is there; throws Error if that fails.
void append_to(const std::filesystem::path& path, const std::string& text);

/// The last lines of a file.
[[nodiscard]] std::string end_of(const std::filesystem::path& path, std::size_t lines);

[[nodiscard]] std::string random_bytes(std::size_t count);
/// So many random bytes, in hexadecimal digits.
[[nodiscard]] std::string random_text(std::size_t bytes);

/// A folder that only its owner may enter, removed with this value.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace robin::cluster
