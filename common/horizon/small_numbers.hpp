#pragma once

// Robin's inequality for small n, one by one: what joins the horizon's statement with 5040. Pure; any thread may call.

#include <cstdint>
#include <optional>

namespace robin::horizon {

/// The first n of [begin, end) for which Robin's inequality is not certain, 3 <= begin <= end <= small_end_max.
/// Cost: milliseconds.
[[nodiscard]] std::optional<std::uint64_t> first_not_certain(std::uint64_t begin, std::uint64_t end);

inline constexpr std::uint64_t small_end_max = 4'000'000;

}  // namespace robin::horizon
