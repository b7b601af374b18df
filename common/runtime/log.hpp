#pragma once

// Log: one line per event, over spdlog: JSON lines for machines, or text on a terminal. Times are UTC, RFC 3339 with
// milliseconds. Secrets never reach it: who has one masks it first (mask_secrets). Any thread may write.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace robin::runtime {

enum class LogLevel { Debug, Info, Warn, Error };
enum class LogFormat { Text, Json };

[[nodiscard]] std::optional<LogLevel> log_level_from(std::string_view text);
[[nodiscard]] std::optional<LogFormat> log_format_from(std::string_view text);

struct LogField {
  std::string_view key;
  std::variant<std::string, std::int64_t, double, bool> value;
};

struct LogOptions {
  /// The name that stands in every line.
  std::string service;
  LogFormat format = LogFormat::Json;
  LogLevel level = LogLevel::Info;
  /// A file to append to; empty for stderr.
  std::string file;
};

class Log {
 public:
  /// Throws Error if the file cannot be opened.
  explicit Log(const LogOptions& options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// A log that drops everything, for tests.
  [[nodiscard]] static std::unique_ptr<Log> silent();

  void debug(std::string_view message, std::initializer_list<LogField> fields = {});
  void info(std::string_view message, std::initializer_list<LogField> fields = {});
  void warn(std::string_view message, std::initializer_list<LogField> fields = {});
  void error(std::string_view message, std::initializer_list<LogField> fields = {});
  /// As the above, for fields that are put together at run time.
  void write(LogLevel level, std::string_view message, std::span<const LogField> fields);

 private:
  struct State;
  Log();

  std::unique_ptr<State> state_;
};

/// The line as it is written, without its newline; exposed for tests.
[[nodiscard]] std::string render_log_line(const LogOptions& options, LogLevel level, std::string_view time,
                                          std::string_view message, std::span<const LogField> fields);

/// The time now, in UTC: 2026-11-20T22:41:32.123Z.
[[nodiscard]] std::string utc_now();

/// The version of spdlog, such as 1.10.0.
[[nodiscard]] std::string spdlog_version();

/// Hides the password in a URL (amqp://user:***@host), the values of its parameters that say they are secret
/// (?sslpassword=***), and the whole value of names that do.
[[nodiscard]] std::string mask_secrets(std::string_view name, std::string_view value);

}  // namespace robin::runtime
