#pragma once

// Who must not check a result: its worker, and every other on the same machine, whose memory and processor may err the
// same way. A worker's name is host/pid. Pure.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace robin::flow {

/// The part before the first '/'.
[[nodiscard]] inline std::string_view host_of(std::string_view worker) { return worker.substr(0, worker.find('/')); }

[[nodiscard]] inline bool is_avoided(std::string_view worker, const std::vector<std::string>& avoid) {
  return std::any_of(avoid.begin(), avoid.end(),
                     [host = host_of(worker)](const std::string& name) { return host_of(name) == host; });
}

}  // namespace robin::flow
