#pragma once

// Avoidance: which workers must not check a result. These are the worker that found it, and every other one on the same
// machine, for the memory and the processor there may err in the same way. A worker's name is host/pid. Pure.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace robin::flow {

/// The host in a worker's name: what stands before the first '/'.
[[nodiscard]] inline std::string_view host_of(std::string_view worker) { return worker.substr(0, worker.find('/')); }

/// Whether `worker` runs on the host of one of the workers to `avoid`.
[[nodiscard]] inline bool is_avoided(std::string_view worker, const std::vector<std::string>& avoid) {
  return std::any_of(avoid.begin(), avoid.end(),
                     [host = host_of(worker)](const std::string& name) { return host_of(name) == host; });
}

}  // namespace robin::flow
