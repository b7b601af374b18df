#pragma once

// Links: pages that belong to a cluster (RabbitMQ's own, Grafana), as the operator names them in one line of
// configuration: NAME=URL, separated by spaces. Any thread may call.

#include <string>
#include <utility>
#include <vector>

namespace robin::gateway {

/// Throws runtime::Config::Refused, which says what is wrong: only addresses that begin with http:// or https:// are
/// taken, so that a click never does anything else than open a page.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> links_from(const std::string& text);

}  // namespace robin::gateway
