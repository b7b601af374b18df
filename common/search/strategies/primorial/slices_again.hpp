#pragma once

// The slices of a block of this strategy, computed again (prime_windows/slice_again.hpp): with their bounds, and the
// margin itself where the block knows its origin.

#include <memory>

#include "core/refusal.hpp"
#include "search/prime_windows/slice_again.hpp"

namespace robin::search::primorial {

/// Refused if what the block says cannot be read.
[[nodiscard]] core::Parsed<std::unique_ptr<prime_windows::SliceAgain>> slices_again(const Extras& extras);

}  // namespace robin::search::primorial
