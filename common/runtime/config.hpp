#pragma once

// Config: the settings of a service. Each has one name: the flag --database-url, the variable ROBIN_DATABASE_URL, and
// the line in an --env-file are the same setting. A flag beats the environment, which beats the file, which beats the
// default. A secret may come from a file: ROBIN_DATABASE_URL_FILE; both forms at once are an error. Immutable once
// read.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace robin::runtime {

/// Says what is wrong with a value, such as "is no integer from 1 to 10"; nullopt if nothing is. The check of a secret
/// must not quote the value.
using Check = std::function<std::optional<std::string>(const std::string& value)>;

[[nodiscard]] Check integer_from(std::uint64_t min, std::uint64_t max);
/// As integer_from(), but `word` is taken, too.
[[nodiscard]] Check word_or_integer(std::string word, std::uint64_t min, std::uint64_t max);
[[nodiscard]] Check one_of(std::vector<std::string> words);
/// Takes what can stand in a header of HTTP: visible ASCII and nothing else. Does not quote the value.
[[nodiscard]] Check visible_text();

struct Setting {
  /// The name as the flag spells it, without the dashes: database-url.
  std::string name;
  std::string help;
  /// The default; nullopt: the setting must be given.
  std::optional<std::string> fallback;
  /// A secret has no flag (a list of processes shows flags), is masked in logs, and has a twin _FILE that names a file
  /// with it.
  bool is_secret = false;
  /// Every given value is checked before anything is done; the empty default of a setting is not.
  Check check = {};
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

  /// Whether the program declared this setting.
  [[nodiscard]] bool knows(const std::string& name) const { return values_.contains(name); }
  /// Asserts that the setting was declared.
  [[nodiscard]] const std::string& text(const std::string& name) const;
  /// The value of a setting whose check takes numbers only (asserted).
  [[nodiscard]] std::uint64_t number(const std::string& name) const;

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
  /// Takes the setting from its flag, the environment, the lines of --env-file (`file`; `env_file` is its name for
  /// messages) or its default.
  void add(const Setting& setting, const std::optional<std::string>& flag, const std::string& env_file,
           const std::map<std::string, std::string>& file);

  std::map<std::string, Value> values_;
  std::vector<std::string> unknown_;
};

/// A secret of a command: the variable of the setting, or the file that its _FILE twin names; nullopt if neither is
/// set. Throws Config::Refused if both are, or the value is refused by the setting's check.
[[nodiscard]] std::optional<std::string> optional_secret(const Setting& setting);

/// As optional_secret(), but one of the two must be set.
[[nodiscard]] std::string required_secret(const Setting& setting);

/// The environment variable of a setting: ROBIN_DATABASE_URL for database-url.
[[nodiscard]] std::string variable_of(const std::string& setting);

}  // namespace robin::runtime
