#pragma once

// Published values the tests compare with, each with its source.

#include <array>
#include <cstdint>

namespace robin::testing_support {

/// OEIS A067698 from 2 on: every n that violates Robin's inequality.
inline constexpr std::array<std::uint64_t, 27> exceptions = {
    2, 3, 4, 5, 6, 8, 9, 10, 12, 16, 18, 20, 24, 30, 36, 48, 60, 72, 84, 120, 180, 240, 360, 720, 840, 2520, 5040};

}  // namespace robin::testing_support
