#include "runtime/config.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "contract.hpp"
#include "runtime/log.hpp"
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

std::string read_file(const std::string& path, const std::string& named_by) {
  std::ifstream file(path);
  if (!file) {
    throw Config::Refused{named_by + ": cannot read the file " + path};
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
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
    if (equals == std::string::npos || equals == 0) {
      throw Config::Refused{"--env-file " + path + ": line " + std::to_string(number) + " is not NAME=value"};
    }
    all[line.substr(0, equals)] = line.substr(equals + 1);
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
                      "where /livez, /readyz and /metrics are: HOST:PORT (port 0: any free one), or off",
                      "127.0.0.1:0"});
  settings.push_back({"live-seconds", "/livez fails once a loop has not turned for so long", "120"});
  settings.push_back({"log-level", "debug, info, warn or error", "info"});
  settings.push_back({"log-format", "auto (text on a terminal), text or json", "auto"});
  settings.push_back({"log-file", "append the log to this file [stderr]", ""});
  return settings;
}

}  // namespace

std::optional<std::string> optional_secret(const std::string& setting) {
  const std::string variable = variable_of(setting);
  const auto direct = environment(variable);
  const auto by_file = environment(variable + "_FILE");
  if (direct && by_file) {
    throw Config::Refused{both_set(variable)};
  }
  if (!direct && !by_file) {
    return std::nullopt;
  }
  return direct ? *direct : trimmed(read_file(*by_file, variable + "_FILE"));
}

std::string required_secret(const std::string& setting, const std::string& help) {
  auto secret = optional_secret(setting);
  if (!secret) {
    throw Config::Refused{must_be_set(variable_of(setting), true, help)};
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
  app.set_version_flag("--version", program + " " + version() + " (" + revision() + ")");
  std::string env_file;
  app.add_option("--env-file", env_file, "read NAME=value lines from this file");
  std::map<std::string, std::string> flags;
  for (const Setting& setting : settings) {
    const std::string help = setting.help + " (" + variable_of(setting.name) + (setting.is_secret ? "[_FILE])" : ")");
    if (setting.is_secret) {
      app.add_option("--" + setting.name + "-file", flags[setting.name], help + ", from a file");
    } else {
      app.add_option("--" + setting.name, flags[setting.name], help);
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
  const auto file = env_file.empty() ? std::map<std::string, std::string>() : read_env_file(env_file);
  std::set<std::string> known;
  for (const Setting& setting : settings) {
    known.insert({variable_of(setting.name), variable_of(setting.name) + "_FILE"});
    const bool given = !flags[setting.name].empty();
    std::optional<std::string> flag = given ? std::optional(flags[setting.name]) : std::nullopt;
    if (flag && setting.is_secret) {
      flag = trimmed(read_file(*flag, "--" + setting.name + "-file"));
    }
    add(setting, flag, file);
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable(*entry, std::find(*entry, *entry + std::string_view(*entry).size(), '='));
    if (variable.starts_with("ROBIN_") && !known.contains(variable) && !is_shared(variable)) {
      unknown_.push_back(variable);
    }
  }
}

void Config::add(const Setting& setting, const std::optional<std::string>& flag,
                 const std::map<std::string, std::string>& file) {
  const std::string variable = variable_of(setting.name);
  const auto in_file = [&file](const std::string& name) {
    const auto found = file.find(name);
    return found == file.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  const auto take = [&](std::string text, const char* origin) {
    values_[setting.name] = {std::move(text), origin, setting.is_secret};
  };
  if (flag) {
    return take(*flag, "flag");
  }
  struct Source {
    std::optional<std::string> direct;
    std::optional<std::string> by_file;
    const char* origin;
  };
  for (const auto& [direct, by_file, origin] :
       {Source{environment(variable), environment(variable + "_FILE"), "environment"},
        Source{in_file(variable), in_file(variable + "_FILE"), "file"}}) {
    if (setting.is_secret && direct && by_file) {
      throw Refused{both_set(variable)};
    }
    if (direct) {
      return take(*direct, origin);
    }
    if (setting.is_secret && by_file) {
      return take(trimmed(read_file(*by_file, variable + "_FILE")), origin);
    }
  }
  if (!setting.fallback) {
    throw Refused{must_be_set(variable, setting.is_secret, setting.help)};
  }
  take(*setting.fallback, "default");
}

const std::string& Config::text(const std::string& name) const {
  const auto found = values_.find(name);
  ROBIN_ASSERT(found != values_.end(), "a setting is declared before it is read");
  return found->second.text;
}

std::uint64_t Config::number(const std::string& name, std::uint64_t min, std::uint64_t max) const {
  const std::string& digits = text(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < min || value > max) {
    throw Refused{variable_of(name) + ": '" + digits + "' is no integer from " + std::to_string(min) + " to " +
                  std::to_string(max)};
  }
  return value;
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
