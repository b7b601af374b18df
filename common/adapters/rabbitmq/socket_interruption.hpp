#pragma once

// SocketInterruption: ends, from another thread, whatever waits on a socket. The socket stays its owner's, who says
// which one it is and when it is gone. Any thread may call fire(), once or more; from then on every socket that is
// watched is shut down at once.

#include <mutex>

namespace robin::adapters {

class SocketInterruption {
 public:
  void watch(int socket);
  void forget();
  void fire();

 private:
  std::mutex mutex_;
  int socket_ = -1;
  bool has_fired_ = false;
};

}  // namespace robin::adapters
