#pragma once

// Arb, ball arithmetic: a second way to enclose a real number, beside MPFI. FLINT contains it since its version 3;
// before, it is a library of its own, whose header lies elsewhere.

#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#else
#include <arb.h>
#endif
