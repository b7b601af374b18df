#include "adapters/rabbitmq/socket_interruption.hpp"

#include <sys/socket.h>

namespace robin::adapters {

void SocketInterruption::watch(int socket) {
  const std::scoped_lock lock(mutex_);
  socket_ = socket;
  if (has_fired_) {
    shutdown(socket_, SHUT_RDWR);
  }
}

void SocketInterruption::forget() {
  const std::scoped_lock lock(mutex_);
  socket_ = -1;
}

void SocketInterruption::fire() {
  const std::scoped_lock lock(mutex_);
  has_fired_ = true;
  if (socket_ >= 0) {
    shutdown(socket_, SHUT_RDWR);
  }
}

}  // namespace robin::adapters
