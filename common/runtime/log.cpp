#include "runtime/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "runtime/error.hpp"
#include "runtime/plain_text.hpp"
#include "runtime/status_line.hpp"

namespace robin::runtime {
namespace {

constexpr std::array<std::pair<LogLevel, std::string_view>, 4> level_names = {
    {{LogLevel::Debug, "debug"}, {LogLevel::Info, "info"}, {LogLevel::Warn, "warn"}, {LogLevel::Error, "error"}}};

std::string_view name_of(LogLevel level) {
  return std::find_if(level_names.begin(), level_names.end(),
                      [level](const auto& entry) { return entry.first == level; })
      ->second;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warn:
      return spdlog::level::warn;
    case LogLevel::Error:
      break;
  }
  return spdlog::level::err;
}

/// stderr, above the line of progress that may stand at the bottom.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    status_line().write_above(std::string_view(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}
};

nlohmann::json json_value(const LogField& field) {
  return std::visit([](const auto& value) { return nlohmann::json(value); }, field.value);
}

std::string text_value(const LogField& field) {
  if (const auto* text = std::get_if<std::string>(&field.value)) {
    return text->find(' ') == std::string::npos
               ? *text
               : nlohmann::json(*text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return json_value(field).dump();
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

/// Of a name in upper case.
bool says_secret(std::string_view upper) {
  return upper.find("PASSWORD") != std::string_view::npos || upper.find("SECRET") != std::string_view::npos ||
         upper.find("TOKEN") != std::string_view::npos;
}

/// The end of the value that begins there: of one in an address, or of one of NAME='VALUE' or NAME=VALUE.
std::size_t end_of_value(std::string_view text, std::size_t begin) {
  if (begin < text.size() && text[begin] == '\'') {
    std::size_t end = begin + 1;
    while (end < text.size() && text[end] != '\'') {
      end += text[end] == '\\' ? 2U : 1U;
    }
    return std::min(end + 1, text.size());
  }
  return std::min(text.find_first_of("& \t\n", begin), text.size());
}

/// Hides what follows NAME= where the name says that it is secret; libpq takes names with %41 in them, too.
std::string masked_parameters(std::string_view text) {
  std::string masked;
  std::size_t done = 0;
  for (std::size_t equals = text.find('='); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
    if (equals < done) {
      continue;
    }
    const std::size_t before = text.substr(0, equals).find_last_of("?& \t\n");
    const std::string name = upper_case(text.substr(before + 1, equals - before - 1));
    if (says_secret(name) || name.find('%') != std::string::npos) {
      masked.append(text.substr(done, equals + 1 - done)).append("***");
      done = end_of_value(text, equals + 1);
    }
  }
  return masked.append(text.substr(done));
}

}  // namespace

std::optional<LogLevel> log_level_from(std::string_view text) {
  for (const auto& [level, name] : level_names) {
    if (name == text) {
      return level;
    }
  }
  return std::nullopt;
}

std::optional<LogFormat> log_format_from(std::string_view text) {
  if (text == "json") {
    return LogFormat::Json;
  }
  return text == "text" ? std::optional(LogFormat::Text) : std::nullopt;
}

struct Log::State {
  LogOptions options;
  std::shared_ptr<spdlog::logger> logger;
};

Log::Log() : state_(std::make_unique<State>()) {
  state_->logger = std::make_shared<spdlog::logger>("robin", std::make_shared<spdlog::sinks::null_sink_mt>());
}

Log::Log(const LogOptions& options) : state_(std::make_unique<State>()) {
  state_->options = options;
  spdlog::sink_ptr sink = std::make_shared<StderrSink>();
  if (!options.file.empty()) {
    try {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    } catch (const spdlog::spdlog_ex& failure) {
      throw Error("log file " + options.file + ": cannot be opened (name a file in a directory that can be written)");
    }
  }
  state_->logger = std::make_shared<spdlog::logger>("robin", std::move(sink));
  state_->logger->set_pattern("%v");
  state_->logger->set_level(spdlog_level(options.level));
  state_->logger->flush_on(spdlog::level::info);
}

Log::~Log() = default;

std::unique_ptr<Log> Log::silent() { return std::unique_ptr<Log>(new Log()); }

void Log::debug(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Debug, message, std::span(fields.begin(), fields.size()));
}
void Log::info(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Info, message, std::span(fields.begin(), fields.size()));
}
void Log::warn(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Warn, message, std::span(fields.begin(), fields.size()));
}
void Log::error(std::string_view message, std::initializer_list<LogField> fields) {
  write(LogLevel::Error, message, std::span(fields.begin(), fields.size()));
}

void Log::write(LogLevel level, std::string_view message, std::span<const LogField> fields) {
  if (state_->logger->should_log(spdlog_level(level))) {
    // As an argument, never as a format: a brace in a message is only a brace.
    state_->logger->log(spdlog_level(level), "{}", render_log_line(state_->options, level, utc_now(), message, fields));
  }
}

std::string render_log_line(const LogOptions& options, LogLevel level, std::string_view time, std::string_view message,
                            std::span<const LogField> fields) {
  if (options.format == LogFormat::Json) {
    nlohmann::ordered_json line = {
        {"ts", time}, {"level", name_of(level)}, {"service", options.service}, {"msg", message}};
    for (const auto& field : fields) {
      line[std::string(field.key)] = json_value(field);
    }
    return printable(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  std::string line = std::string(time) + " " + std::string(name_of(level)) + " " + std::string(message);
  for (const auto& field : fields) {
    line.append(" ").append(field.key).append("=").append(text_value(field));
  }
  std::replace(line.begin(), line.end(), '\n', ' ');
  return printable(line);
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> buffer{};
  const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::string text(buffer.data(), length);
  const std::string digits = std::to_string(milliseconds);
  return text + "." + std::string(3 - digits.size(), '0') + digits + "Z";
}

std::string spdlog_version() {
  return std::to_string(SPDLOG_VER_MAJOR) + "." + std::to_string(SPDLOG_VER_MINOR) + "." +
         std::to_string(SPDLOG_VER_PATCH);
}

std::string mask_secrets(std::string_view name, std::string_view value) {
  // A file's name is no secret: ROBIN_ADMIN_TOKEN_FILE.
  const std::string upper = upper_case(name);
  if (says_secret(upper) && !upper.ends_with("_FILE")) {
    return "***";
  }
  // What comes before the first @ may hold anything; what comes behind it are parameters.
  const std::size_t scheme = value.find("://");
  const std::size_t first_at = scheme == std::string_view::npos ? std::string_view::npos : value.find('@', scheme);
  if (first_at == std::string_view::npos) {
    return masked_parameters(value);
  }
  const std::string masked = std::string(value.substr(0, first_at)) + masked_parameters(value.substr(first_at));
  const std::size_t at = masked.rfind('@');
  const std::size_t colon = masked.find(':', scheme + 3);
  return colon < at ? masked.substr(0, colon + 1) + "***" + masked.substr(at) : masked;
}

}  // namespace robin::runtime
