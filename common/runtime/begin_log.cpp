#include "runtime/begin_log.hpp"

#include "runtime/plain_text.hpp"
#include "runtime/status_line.hpp"
#include "runtime/version.hpp"

namespace robin::runtime {

void begin_log(Log& log, const LogOptions& options, const std::string& what, const Facts& facts) {
  const bool is_terminal = status_line().is_terminal();
  const bool is_read_here = is_terminal && options.file.empty() && options.format == LogFormat::Text;
  const std::string begins = what + " begins, robin " + std::string(version());
  if (is_read_here) {
    log.info(begins + "; --log-file FILE keeps this log, with all facts about the process");
  } else if (is_terminal && !options.file.empty() && options.level <= LogLevel::Info) {
    status_line().write_above(one_line(begins + "; log: " + options.file));
  }
  std::vector<LogField> fields;
  fields.reserve(facts.size());
  for (const auto& [name, value] : facts) {
    fields.push_back({name, value});
  }
  log.write(is_read_here ? LogLevel::Debug : LogLevel::Info, "begin", fields);
}

}  // namespace robin::runtime
