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

/// What is wrong with a value, such as "is no integer from 1 to 10"; nullopt if nothing is. Of a secret it must not
/// quote the value.
using Check = std::function<std::optional<std::string>(const std::string& value)>;

[[nodiscard]] Check integer_from(std::uint64_t min, std::uint64_t max);
/// The same, or this word.
[[nodiscard]] Check word_or_integer(std::string word, std::uint64_t min, std::uint64_t max);
[[nodiscard]] Check one_of(std::vector<std::string> words);
/// What can stand in a header: nothing but visible ASCII. Does not quote it.
[[nodiscard]] Check visible_text();

struct Setting {
  /// As the flag spells it, without the dashes.
  std::string name;
  std::string help;
  /// nullopt: it must be given.
  std::optional<std::string> fallback;
  /// Never a flag's value (a process list shows those), masked in logs, and has a _FILE twin.
  bool is_secret = false;
  /// Every value is checked before anything is done, but not the empty one of a setting that is empty by default.
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
  /// Asserts that it is a number: its check sees to that.
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
  /// `env_file` names `file`, the lines of it.
  void add(const Setting& setting, const std::optional<std::string>& flag, const std::string& env_file,
           const std::map<std::string, std::string>& file);

  std::map<std::string, Value> values_;
  std::vector<std::string> unknown_;
};

/// A secret of a command: the variable of the setting, or the file that its _FILE twin names; nullopt if neither is
/// set. Throws Config::Refused if both are, or the value is refused by the setting's check.
[[nodiscard]] std::optional<std::string> optional_secret(const Setting& setting);

/// The same, but one of them must be set.
[[nodiscard]] std::string required_secret(const Setting& setting);

/// ROBIN_DATABASE_URL for database-url.
[[nodiscard]] std::string variable_of(const std::string& setting);

}  // namespace robin::runtime
