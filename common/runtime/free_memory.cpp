#include "runtime/free_memory.hpp"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

namespace robin::runtime {

void give_back_free_memory() noexcept {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace robin::runtime
