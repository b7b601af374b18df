#pragma once

// MPFR and FLINT keep constants and tables for each thread. A thread that used this library calls this last, or what
// they kept is lost memory when it ends.

namespace robin::math {

void release_thread_caches() noexcept;

}  // namespace robin::math
