#pragma once

// ROBIN_FOR_EACH_CPU before a function has GCC on x86-64 translate it for several kinds of CPU; the program takes the
// best one when it starts. Only for loops over integers, which give the same bits on every CPU. ROBIN_INLINE before a
// function has it inlined wherever it is called. Under sanitizers both are empty: sanitizers cannot read the first, and
// with the second clang needs half a minute for a single file. Every layer may include this header.

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
