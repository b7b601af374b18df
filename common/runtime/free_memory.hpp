#pragma once

// What an allocator keeps of memory that was freed. It keeps some for each thread, so that a service with many threads
// whose answers are large now and then would hold the largest of each for good.

namespace robin::runtime {

/// Gives free memory back to the system, where the C library can (glibc). Takes about a millisecond. Any thread may
/// call.
void give_back_free_memory() noexcept;

}  // namespace robin::runtime
