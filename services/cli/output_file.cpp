#include "cli/output_file.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/commands.hpp"
#include "runtime/error.hpp"

namespace robin::cli {

OutputFile::OutputFile(std::string flag, std::string path)
    : flag_(std::move(flag)), path_(std::move(path)), place_(path_ + ".part") {
  if (is_stdout()) {
    return;
  }
  std::error_code ignored;
  const auto status = std::filesystem::status(path_, ignored);
  if (std::filesystem::is_directory(status)) {
    fail("it is a directory");
  }
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    // Never replaced by a file: it may be /dev/stdout.
    place_ = path_;
  }
  file_ = std::fopen(place_.c_str(), "we");
  if (file_ == nullptr) {
    fail_by_errno();
  }
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
    if (place_ != path_) {
      std::remove(place_.c_str());
    }
  }
}

void OutputFile::write(const std::string& text) {
  if (file_ == nullptr) {
    print(text);
  } else if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    fail_by_errno();
  }
}

void OutputFile::finish() {
  if (file_ == nullptr) {
    return;
  }
  const bool is_written = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (is_written && (place_ == path_ || std::rename(place_.c_str(), path_.c_str()) == 0)) {
    return;
  }
  const int why = errno;
  if (place_ != path_) {
    std::remove(place_.c_str());
  }
  errno = why;
  fail_by_errno();
}

void OutputFile::fail(const std::string& why) const {
  throw runtime::Error(flag_ + " " + path_ + ": cannot be written: " + why +
                       " (name a file in a folder that may be written to)");
}

void OutputFile::fail_by_errno() const { fail(std::generic_category().message(errno)); }

}  // namespace robin::cli
