#pragma once

// The services of a private cluster: their names, in the order in which they stop.

#include <array>
#include <string>

namespace robin::cluster {

/// Producers end first and savers last, so that what consumers still report is saved.
inline constexpr std::array<const char*, 6> services_by_stop = {"gateway", "producer", "auditor",
                                                                "janitor", "consumer", "saver"};

[[nodiscard]] inline bool is_service(const std::string& name) {
  for (const char* service : services_by_stop) {
    if (name == service) {
      return true;
    }
  }
  return false;
}

}  // namespace robin::cluster
