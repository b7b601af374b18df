#pragma once

// OutputFile: stdout, or a file that is there as a whole or not at all. Used by one thread.

#include <cstdio>
#include <string>

namespace robin::cli {

class OutputFile {
 public:
  /// An empty path and - are stdout. Throws runtime::Error, as the others do: the file cannot be written.
  explicit OutputFile(std::string path);
  /// What was not finished is gone.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(const std::string& text);
  void finish();

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace robin::cli
