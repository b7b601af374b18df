#pragma once

// pause: a wait that a stop ends.

#include <chrono>
#include <stop_token>

namespace robin::runtime {

/// Waits for `span`, or until stop is requested.
void pause(std::chrono::milliseconds span, const std::stop_token& stop);

}  // namespace robin::runtime
