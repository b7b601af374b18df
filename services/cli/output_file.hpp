#pragma once

// OutputFile: stdout, or a file that is there as a whole or not at all. Used by one thread.

#include <cstdio>
#include <string>

namespace robin::cli {

class OutputFile {
 public:
  /// An empty path or - is stdout; a device or a pipe is written to directly. `flag` is the flag that named the path,
  /// for messages. All members throw runtime::Error if the file cannot be written.
  OutputFile(std::string flag, std::string path);
  /// A file that was not finished is removed.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Whether it is stdout, where nothing else may then be printed.
  [[nodiscard]] bool is_stdout() const { return path_.empty() || path_ == "-"; }
  void write(const std::string& text);
  void finish();

 private:
  [[noreturn]] void fail(const std::string& why) const;
  [[noreturn]] void fail_by_errno() const;

  std::string flag_;
  std::string path_;
  /// The file that is written until it is whole; the path itself for a device or a pipe.
  std::string place_;
  std::FILE* file_ = nullptr;
};

}  // namespace robin::cli
