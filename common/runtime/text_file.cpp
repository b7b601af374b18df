#include "runtime/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "runtime/error.hpp"

namespace robin::runtime {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 16U;

/// An open file, closed at the end.
class Descriptor {
 public:
  /// Not to wait for a pipe's writer: one that has none is empty.
  explicit Descriptor(const std::string& path) : number_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

std::string read_text_file(const std::string& path, std::size_t bytes_max) {
  const auto fail = [&path](const std::string& why) { throw Error(path + ": cannot be read: " + why); };
  const auto fail_by_errno = [&fail] { fail(std::generic_category().message(errno)); };
  const auto fail_as_too_long = [&] { fail("it is larger than " + std::to_string(bytes_max >> 10U) + " KiB"); };
  const Descriptor file(path);
  struct stat facts {};
  if (file.number() < 0 || fstat(file.number(), &facts) != 0) {
    fail_by_errno();
  }
  if (S_ISDIR(facts.st_mode)) {
    fail("it is a directory");
  }
  if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode)) {
    fail("it is no file");
  }
  if (S_ISREG(facts.st_mode) && static_cast<std::uintmax_t>(facts.st_size) > bytes_max) {
    fail_as_too_long();
  }
  fcntl(file.number(), F_SETFL, 0);  // NOLINT(cppcoreguidelines-pro-type-vararg): the system's interface
  std::string text;
  std::array<char, piece_bytes> piece{};
  for (;;) {
    const ssize_t size = read(file.number(), piece.data(), piece.size());
    if (size == 0) {
      return text;
    }
    if (size < 0 && errno != EINTR) {
      fail_by_errno();
    }
    text.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (text.size() > bytes_max) {
      fail_as_too_long();
    }
  }
}

}  // namespace robin::runtime
