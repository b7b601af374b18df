#pragma once

// Config: the settings of a service. Each has one name: the flag --database-url, the variable ROBIN_DATABASE_URL, and
// the line in an --env-file are the same setting. A flag beats the environment, which beats the file, which beats the
// default. A secret may come from a file: ROBIN_DATABASE_URL_FILE; both forms at once are an error. Immutable once
// read.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace robin::runtime {

struct Setting {
  /// As the flag spells it, without the dashes.
  std::string name;
  std::string help;
  /// nullopt: it must be given.
  std::optional<std::string> fallback;
  /// Never a flag's value (a process list shows those), masked in logs, and has a _FILE twin.
  bool is_secret = false;
};

class Config {
 public:
  /// What was wrong with the flags, the environment or a file: one line, exit status 2.
  struct Refused {
    std::string reason;
  };
  /// --help or --version was asked for: print this, exit status 0.
  struct Answered {
    std::string text;
  };

  /// Throws Refused or Answered. Every service also knows --env-file, --health-address, --live-seconds,
  /// --log-level, --log-format and --log-file.
  Config(const std::string& program, const std::string& purpose, std::vector<Setting> settings, int argc,
         const char* const* argv);

  /// Asserts that the setting was declared.
  [[nodiscard]] const std::string& text(const std::string& name) const;
  /// Throws Refused unless it is an integer in [min, max].
  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t min, std::uint64_t max) const;

  /// (name, value) of all settings with secrets masked, and where each came from: flag, environment, file or default.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> effective() const;
  /// ROBIN_ variables that name no setting of this program: perhaps a spelling mistake.
  [[nodiscard]] const std::vector<std::string>& unknown_variables() const { return unknown_; }

 private:
  struct Value {
    std::string text;
    std::string origin;
    bool is_secret;
  };
  void add(const Setting& setting, const std::optional<std::string>& flag,
           const std::map<std::string, std::string>& file);

  std::map<std::string, Value> values_;
  std::vector<std::string> unknown_;
};

/// A secret of a command: the variable of the setting, or the file that its _FILE twin names; nullopt if neither is
/// set. Throws Config::Refused if both are.
[[nodiscard]] std::optional<std::string> optional_secret(const std::string& setting);

/// The same, but one of them must be set.
[[nodiscard]] std::string required_secret(const std::string& setting, const std::string& help);

/// ROBIN_DATABASE_URL for database-url.
[[nodiscard]] std::string variable_of(const std::string& setting);

}  // namespace robin::runtime
