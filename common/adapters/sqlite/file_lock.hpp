#pragma once

// FileLock: an exclusive lock by way of a file of its own (flock), gone with the process however it ends. The file is
// removed when the lock is given up. Move-only.

#include <optional>
#include <string>

namespace robin::adapters {

class FileLock {
 public:
  /// nullopt while somebody else holds it. Throws runtime::Error if the file cannot be made.
  [[nodiscard]] static std::optional<FileLock> try_acquire(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  FileLock(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
};

}  // namespace robin::adapters
