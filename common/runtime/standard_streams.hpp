#pragma once

namespace robin::runtime {

/// Takes the numbers 0, 1 and 2 if the process was started without them, so that no file or socket that is opened later
/// gets one of them, and with it what was meant for stdout or stderr. Writing to them goes on to be an error. Called
/// first in main.
void hold_standard_streams();

}  // namespace robin::runtime
