#pragma once

// Deadline: the moment at which a wait ends. Every wait of the project takes one. A value type.

#include <chrono>

namespace robin::core {

using SteadyTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

struct Deadline {
  SteadyTime at;

  [[nodiscard]] static Deadline in(std::chrono::steady_clock::duration span) {
    return {std::chrono::steady_clock::now() + span};
  }
  [[nodiscard]] bool has_passed() const { return std::chrono::steady_clock::now() >= at; }
};

}  // namespace robin::core
