#pragma once

// ROBIN_FOR_EACH_CPU before a function: one binary has it for several CPUs and takes the best one when it starts. For
// loops over integers only, which give the same bits on each. ROBIN_INLINE: without a call, however often. Neither
// under sanitizers: the one they cannot read, and of the other, which makes of a short loop a long function, clang's
// takes half a minute to compile. Every layer may include this header.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__clang__)
#define ROBIN_HAS_CPU_CLONES /* NOLINT(cppcoreguidelines-macro-usage) */
#define ROBIN_FOR_EACH_CPU   /* NOLINT(cppcoreguidelines-macro-usage) */ \
  __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ROBIN_FOR_EACH_CPU
#endif

#ifdef ROBIN_SANITIZED
#define ROBIN_INLINE
#else
#define ROBIN_INLINE [[gnu::always_inline]]
#endif
