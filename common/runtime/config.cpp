#include "runtime/config.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <set>
#include <sstream>

#include "core/contract.hpp"
#include "runtime/error.hpp"
#include "runtime/help_format.hpp"
#include "runtime/listen_address.hpp"
#include "runtime/log.hpp"
#include "runtime/plain_text.hpp"
#include "runtime/text_file.hpp"
#include "runtime/version.hpp"

namespace robin::runtime {
namespace {

/// Variables that other programs of this family read; naming one here is no mistake.
bool is_shared(const std::string& variable) {
  return variable.starts_with("ROBIN_TEST_") || variable.starts_with("ROBIN_RABBITMQ_");
}

std::optional<std::string> environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): read before threads begin
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

constexpr std::size_t file_bytes_max = std::size_t{1} << 20U;

std::string read_file(const std::string& path, const std::string& named_by) {
  try {
    return read_text_file(path, file_bytes_max);
  } catch (const Error& error) {
    throw Config::Refused{named_by + " " + error.what()};
  }
}

std::string read_secret(const std::string& path, const std::string& named_by) {
  std::string secret = trimmed(read_file(path, named_by));
  if (secret.empty()) {
    throw Config::Refused{named_by + " " + path + ": is empty"};
  }
  return secret;
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::optional<std::uint64_t> number_from(std::string_view digits) {
  std::uint64_t value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value);
  return error == std::errc() && end == last ? std::optional(value) : std::nullopt;
}

std::optional<std::string> refuse_health_address(const std::string& value) {
  return value == "off" || is_listen_address(value)
             ? std::nullopt
             : std::optional(in_quotes(value) + " is neither HOST:PORT, such as 127.0.0.1:9100, nor off");
}

/// NAME=value, one a line; empty lines and lines that begin with # do not count.
std::map<std::string, std::string> read_env_file(const std::string& path) {
  std::map<std::string, std::string> all;
  std::istringstream lines(read_file(path, "--env-file"));
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    line = trimmed(line);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const std::size_t equals = line.find('=');
    const std::string place = "--env-file " + path + ": line " + std::to_string(number);
    if (equals == std::string::npos || !is_name(line.substr(0, equals))) {
      throw Config::Refused{place + " is not NAME=value"};
    }
    const std::string name = line.substr(0, equals);
    if (!all.emplace(name, line.substr(equals + 1)).second) {
      throw Config::Refused{place + ": " + name + " is there twice: keep one"};
    }
  }
  return all;
}

std::string both_set(const std::string& variable) {
  return std::string(variable).append(" and ").append(variable).append("_FILE are both set: keep one");
}

std::string must_be_set(const std::string& variable, bool is_secret, const std::string& help) {
  std::string line = variable;
  if (is_secret) {
    line.append(" (or ").append(variable).append("_FILE)");
  }
  return line.append(" must be set: ").append(help);
}

std::vector<Setting> with_common(std::vector<Setting> settings) {
  settings.push_back({"health-address",
                      "where /livez, /readyz and /metrics are: HOST:PORT (port 0: any free one), or off", "127.0.0.1:0",
                      false, refuse_health_address});
  settings.push_back(
      {"live-seconds", "/livez fails once a loop has not turned for so long", "120", false, integer_from(1, 86'400)});
  settings.push_back(
      {"log-level", "debug, info, warn or error", "info", false, one_of({"debug", "info", "warn", "error"})});
  settings.push_back(
      {"log-format", "auto (text on a terminal), text or json", "auto", false, one_of({"auto", "text", "json"})});
  settings.push_back({"log-file", "append the log to this file [stderr]", ""});
  return settings;
}

}  // namespace

Check integer_from(std::uint64_t min, std::uint64_t max) {
  return [min, max](const std::string& value) -> std::optional<std::string> {
    const auto number = number_from(value);
    return number && *number >= min && *number <= max
               ? std::nullopt
               : std::optional(in_quotes(value) + " is no integer from " + std::to_string(min) + " to " +
                               std::to_string(max));
  };
}

Check word_or_integer(std::string word, std::uint64_t min, std::uint64_t max) {
  return [word = std::move(word), is_integer = integer_from(min, max)](const std::string& value) {
    const auto reason = value == word ? std::nullopt : is_integer(value);
    return reason ? std::optional(*reason + ", nor " + word) : std::nullopt;
  };
}

Check one_of(std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& value) {
    return std::find(words.begin(), words.end(), value) != words.end()
               ? std::nullopt
               : std::optional(in_quotes(value) + " is none of " + joined(words, ", "));
  };
}

Check visible_text() {
  return [](const std::string& value) {
    return is_visible_ascii(value)
               ? std::nullopt
               : std::optional<std::string>(
                     "has a blank or another character that cannot be sent (write letters and digits)");
  };
}

std::optional<std::string> optional_secret(const Setting& setting) {
  const std::string variable = variable_of(setting.name);
  const auto direct = environment(variable);
  const auto by_file = environment(variable + "_FILE");
  if (direct && by_file) {
    throw Config::Refused{both_set(variable)};
  }
  // As a shell or a compose file leaves it that has nothing to say.
  if (!by_file && direct.value_or("").empty()) {
    return std::nullopt;
  }
  const std::string value = direct ? *direct : read_secret(*by_file, variable + "_FILE");
  if (const auto reason = setting.check ? setting.check(value) : std::nullopt) {
    throw Config::Refused{(direct ? variable : variable + "_FILE " + *by_file) + ": " + *reason};
  }
  return value;
}

std::string required_secret(const Setting& setting) {
  auto secret = optional_secret(setting);
  if (!secret) {
    throw Config::Refused{must_be_set(variable_of(setting.name), true, setting.help)};
  }
  return *std::move(secret);
}

std::string variable_of(const std::string& setting) {
  std::string variable = "ROBIN_" + setting;
  std::transform(variable.begin(), variable.end(), variable.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return variable;
}

Config::Config(const std::string& program, const std::string& purpose, std::vector<Setting> settings, int argc,
               const char* const* argv) {
  settings = with_common(std::move(settings));
  CLI::App app(purpose, program);
  app.formatter(help_format());
  app.set_version_flag("--version", program + " " + version() + " (" + revision() + ")");
  std::string env_file;
  const auto* const env_file_option = app.add_option("--env-file", env_file, "read NAME=value lines from this file");
  std::map<std::string, std::string> flags;
  std::map<std::string, const CLI::Option*> options;
  for (const Setting& setting : settings) {
    const std::string help = setting.help + " (" + variable_of(setting.name) + (setting.is_secret ? "[_FILE])" : ")");
    if (setting.is_secret) {
      options[setting.name] =
          app.add_option("--" + setting.name + "-file", flags[setting.name], help + ", from a file");
    } else {
      options[setting.name] =
          app.add_option("--" + setting.name, flags[setting.name], help)->default_str(setting.fallback.value_or(""));
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    throw Answered{std::string(version.what()) + "\n"};
  } catch (const CLI::Success&) {
    throw Answered{app.help()};
  } catch (const CLI::ParseError& error) {
    throw Refused{std::string(error.what()) + "; see " + program + " --help"};
  }
  const auto file = env_file_option->count() == 0 ? std::map<std::string, std::string>() : read_env_file(env_file);
  std::set<std::string> known;
  for (const Setting& setting : settings) {
    known.insert({variable_of(setting.name), variable_of(setting.name) + "_FILE"});
    const bool given = options[setting.name]->count() > 0;
    add(setting, given ? std::optional(flags[setting.name]) : std::nullopt, env_file, file);
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable(*entry, std::find(*entry, *entry + std::string_view(*entry).size(), '='));
    if (variable.starts_with("ROBIN_") && !known.contains(variable) && !is_shared(variable)) {
      unknown_.push_back(variable);
    }
  }
}

void Config::add(const Setting& setting, const std::optional<std::string>& flag, const std::string& env_file,
                 const std::map<std::string, std::string>& file) {
  const std::string variable = variable_of(setting.name);
  const auto in_file = [&file](const std::string& name) {
    const auto found = file.find(name);
    return found == file.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  const auto take = [&](std::string text, const char* origin, const std::string& name) {
    const bool is_left_out = text.empty() && setting.fallback == "";
    if (const auto reason = setting.check && !is_left_out ? setting.check(text) : std::nullopt) {
      throw Refused{name + ": " + *reason};
    }
    values_[setting.name] = {std::move(text), origin, setting.is_secret};
  };
  const auto take_file = [&](const std::string& path, const char* origin, const std::string& name) {
    take(read_secret(path, name), origin, name + " " + path);
  };
  if (flag) {
    return setting.is_secret ? take_file(*flag, "flag", "--" + setting.name + "-file")
                             : take(*flag, "flag", "--" + setting.name);
  }
  struct Source {
    std::optional<std::string> direct;
    std::optional<std::string> by_file;
    const char* origin;
    std::string place;
  };
  for (const auto& [direct, by_file, origin, place] :
       {Source{environment(variable), environment(variable + "_FILE"), "environment", ""},
        Source{in_file(variable), in_file(variable + "_FILE"), "file", "--env-file " + env_file + ": "}}) {
    if (setting.is_secret && direct && by_file) {
      throw Refused{place + both_set(variable)};
    }
    if (direct && (setting.fallback || !direct->empty())) {
      return take(*direct, origin, place + variable);
    }
    if (setting.is_secret && by_file) {
      return take_file(*by_file, origin, place + variable + "_FILE");
    }
  }
  if (!setting.fallback) {
    throw Refused{must_be_set(variable, setting.is_secret, setting.help)};
  }
  take(*setting.fallback, "default", variable);
}

const std::string& Config::text(const std::string& name) const {
  const auto found = values_.find(name);
  ROBIN_ASSERT(found != values_.end(), "a setting is declared before it is read");
  return found->second.text;
}

std::uint64_t Config::number(const std::string& name) const {
  const auto number = number_from(text(name));
  ROBIN_ASSERT(number, "a number was checked when it was read");
  return *number;
}

std::vector<std::pair<std::string, std::string>> Config::effective() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, value] : values_) {
    const std::string shown = value.is_secret ? mask_secrets("URL", value.text) : value.text;
    const bool masked = !value.is_secret || shown != value.text || value.text.empty();
    all.emplace_back(name, (masked ? shown : "***") + " (" + value.origin + ")");
  }
  return all;
}

}  // namespace robin::runtime
