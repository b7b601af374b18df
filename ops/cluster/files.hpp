#pragma once

// The files of a private cluster's folder: read whole, written whole, secrets for their owner alone.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace robin::cluster {

/// The text of a file; empty if it cannot be read, such as a file in /proc of a process that has ended meanwhile.
[[nodiscard]] std::string text_of(const std::filesystem::path& path);

/// The first line of a file, without its newline.
[[nodiscard]] std::string line_of(const std::filesystem::path& path);

/// The value of NAME in a file of lines NAME=VALUE; nullopt if it has no such line.
[[nodiscard]] std::optional<std::string> variable_in(const std::filesystem::path& path, const std::string& name);

/// Who may read it: the owner alone, or everyone.
enum class Readers { Owner, Everyone };

/// Writes a file so that whoever reads meanwhile finds the old text or the new one, never a part. Throws Error if that
/// fails.
void write_file(const std::filesystem::path& path, const std::string& text, Readers readers = Readers::Everyone);

/// Appends to a file. Throws Error if that fails.
void append_to(const std::filesystem::path& path, const std::string& text);

/// The last lines of a file.
[[nodiscard]] std::string end_of(const std::filesystem::path& path, std::size_t lines);

[[nodiscard]] std::string random_bytes(std::size_t count);
/// `bytes` random bytes as hexadecimal digits.
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
