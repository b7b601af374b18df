#include "adapters/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "runtime/error.hpp"

namespace robin::adapters {
namespace {

constexpr mode_t file_mode = 0644;

runtime::Error lock_error(const std::string& path) {
  return runtime::Error("lock " + path + ": " + std::generic_category().message(errno) +
                        " (make its directory writable)");
}

/// Whether the file that was locked is still the one with this name: its last holder may have removed it meanwhile.
bool is_still_named(const std::string& path, int descriptor) {
  struct stat locked {};
  struct stat named {};
  return fstat(descriptor, &locked) == 0 && stat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino &&
         locked.st_dev == named.st_dev;
}

}  // namespace

std::optional<FileLock> FileLock::try_acquire(const std::string& path) {
  while (true) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_mode);
    if (descriptor < 0) {
      throw lock_error(path);
    }
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      const int why = errno;
      close(descriptor);
      if (why == EWOULDBLOCK) {
        return std::nullopt;
      }
      errno = why;
      throw lock_error(path);
    }
    if (is_still_named(path, descriptor)) {
      return FileLock(path, descriptor);
    }
    close(descriptor);
  }
}

FileLock::FileLock(FileLock&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) {
    unlink(path_.c_str());
    close(descriptor_);
  }
}

}  // namespace robin::adapters
