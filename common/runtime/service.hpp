#pragma once

// run_service: the frame of a service's main. Reads the configuration, begins the log (begin_log.hpp), runs the body
// again and again until a stop is requested (the world fails, a service does not: it waits with jitter and goes on),
// and writes the last line. Its vitals are at --health-address. SIGTERM and SIGINT request the stop; a second one, or
// SIGQUIT (a machine that is about to go), an urgent one; a third ends the process at once.

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "runtime/config.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"

namespace robin::runtime {

struct ServiceDescription {
  /// The program's name, robin-producer. Its last word stands in every line of the log.
  std::string program;
  std::string purpose;
  std::vector<Setting> settings;
  /// (name, version) of the libraries that the program is linked with.
  std::vector<std::pair<std::string, std::string>> versions;
  /// Throws Config::Refused if settings do not go together. Called before anything is done.
  std::function<void(const Config&)> check = {};
};

/// `stop` asks to stop in good order; `urgent` asks to hand back at once what is not done.
struct Stops {
  std::stop_token stop;
  std::stop_token urgent;
};

/// Does the service's work until stop is requested or something fails (Error); says that `work` is ready once it is.
using ServiceBody = std::function<void(const Config&, Log&, const Stops&, Vitals&)>;

/// The exit status: 0 after a stop, 2 for a configuration that cannot be used.
[[nodiscard]] int run_service(const ServiceDescription& description, int argc, const char* const* argv,
                              const ServiceBody& body);

}  // namespace robin::runtime
