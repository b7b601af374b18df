#include "runtime/pause.hpp"

#include <semaphore>

namespace robin::runtime {

void pause(std::chrono::milliseconds span, const std::stop_token& stop) {
  std::binary_semaphore woken(0);
  const std::stop_callback wake(stop, [&woken] { woken.release(); });
  (void)woken.try_acquire_for(span);
}

}  // namespace robin::runtime
