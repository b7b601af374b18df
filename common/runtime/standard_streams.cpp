#include "runtime/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace robin::runtime {

void hold_standard_streams() {
  // The least free number is given out first. Opened for reading only: who writes is told.
  int descriptor = 0;
  do {
    descriptor = open("/dev/null", O_RDONLY);  // NOLINT(cppcoreguidelines-pro-type-vararg,android-cloexec-open)
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) {
    close(descriptor);
  }
}

}  // namespace robin::runtime
