#pragma once

// OutputFile: stdout, or a file that is there as a whole or not at all. Used by one thread.

#include <cstdio>
#include <string>

namespace robin::cli {

class OutputFile {
 public:
  /// An empty path and - are stdout; a device or a pipe is written to as it is. Throws runtime::Error, as the others
  /// do: the file cannot be written. `flag` is what named it.
  OutputFile(std::string flag, std::string path);
  /// What was not finished is gone.
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
  /// Where it is written until it is whole; the path itself if it is no file.
  std::string place_;
  std::FILE* file_ = nullptr;
};

}  // namespace robin::cli
