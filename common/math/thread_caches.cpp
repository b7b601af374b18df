#include "math/thread_caches.hpp"

#include <flint/flint.h>
#include <mpfr.h>

namespace robin::math {

void release_thread_caches() noexcept {
  flint_cleanup();
  mpfr_free_cache();
}

}  // namespace robin::math
