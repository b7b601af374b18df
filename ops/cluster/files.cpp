#include "cluster/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

void write_all(const std::filesystem::path& path, int how, mode_t mode, const std::string& text) {
  const int file = open(path.c_str(), how | O_WRONLY | O_CREAT | O_CLOEXEC, mode);
  if (file < 0) {
    throw runtime::Error("cannot write " + path.string() + ": " +
                         std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const auto written = write(file, text.data() + done, text.size() - done);
    if (written < 0) {
      const int error = errno;
      close(file);
      throw runtime::Error("cannot write " + path.string() + ": " +
                           std::strerror(error));  // NOLINT(concurrency-mt-unsafe)
    }
    done += static_cast<std::size_t>(written);
  }
  close(file);
}

}  // namespace

std::string text_of(const std::filesystem::path& path) {
  std::string text;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return text;
  }
  std::array<char, 16384> buffer;
  ssize_t count = 0;
  while ((count = read(file, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(file);
  return text;
}

std::string line_of(const std::filesystem::path& path) {
  const std::string text = text_of(path);
  return text.substr(0, text.find('\n'));
}

std::optional<std::string> variable_in(const std::filesystem::path& path, const std::string& name) {
  const std::string text = "\n" + text_of(path);
  const std::size_t at = text.find("\n" + name + "=");
  if (at == std::string::npos) {
    return std::nullopt;
  }
  const std::size_t begin = at + name.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

void write_file(const std::filesystem::path& path, const std::string& text, Readers readers) {
  const auto part = path.parent_path() / ("." + path.filename().string() + ".part");
  std::filesystem::remove(part);
  write_all(part, O_EXCL, readers == Readers::Owner ? 0600 : 0644, text);
  std::filesystem::rename(part, path);
}

void append_to(const std::filesystem::path& path, const std::string& text) { write_all(path, O_APPEND, 0600, text); }

std::string end_of(const std::filesystem::path& path, std::size_t lines) {
  const std::string text = text_of(path);
  std::size_t begin = text.size();
  for (std::size_t i = 0; i <= lines && begin != 0 && begin != std::string::npos; ++i) {
    begin = begin == 0 ? 0 : text.rfind('\n', begin - 1);
  }
  return begin == std::string::npos || begin == 0 ? text : text.substr(begin + 1);
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  // So few are there at once, or none are.
  if (getentropy(bytes.data(), bytes.size()) != 0) {
    throw runtime::Error("the system gives no random bytes");
  }
  return bytes;
}

std::string random_text(std::size_t bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char byte : random_bytes(bytes)) {
    text += digits[static_cast<unsigned char>(byte) >> 4U];
    text += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

PrivateFolder::PrivateFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "robin-secrets.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw runtime::Error("cannot make a folder " + pattern);
  }
  path_ = pattern;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace robin::cluster
