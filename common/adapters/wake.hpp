#pragma once

// Wake: what an I/O thread waits on beside its socket (eventfd(2)). It stays up until it is cleared. Any thread may
// call.

#include <sys/eventfd.h>
#include <unistd.h>

#include "core/contract.hpp"

namespace robin::adapters {

class Wake {
 public:
  Wake() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    ROBIN_ASSERT(descriptor_ >= 0, "there is a descriptor for an eventfd");
  }
  ~Wake() { close(descriptor_); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void up() const { eventfd_write(descriptor_, 1); }
  void clear() const {
    eventfd_t ignored = 0;
    eventfd_read(descriptor_, &ignored);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace robin::adapters
