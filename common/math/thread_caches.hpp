#pragma once

// MPFR and FLINT keep constants and tables for each thread. A thread that used this library calls this before it ends;
// otherwise that memory is lost.

namespace robin::math {

void release_thread_caches() noexcept;

}  // namespace robin::math
