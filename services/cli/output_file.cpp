#include "cli/output_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include "cli/commands.hpp"
#include "runtime/error.hpp"

namespace robin::cli {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  if (!path_.empty() && path_ != "-") {
    file_ = std::fopen((path_ + ".part").c_str(), "w");
    if (file_ == nullptr) {
      fail();
    }
  }
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) {
    std::fclose(file_);
    std::remove((path_ + ".part").c_str());
  }
}

void OutputFile::write(const std::string& text) {
  if (file_ == nullptr) {
    print(text);
  } else if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
    fail();
  }
}

void OutputFile::finish() {
  if (file_ != nullptr) {
    std::FILE* const file = std::exchange(file_, nullptr);
    if (std::fclose(file) != 0 || std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) {
      fail();
    }
  }
}

void OutputFile::fail() const {
  throw runtime::Error(path_ + ": " + std::generic_category().message(errno) + " (--out)");
}

}  // namespace robin::cli
