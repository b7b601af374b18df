#pragma once

// How much may be asked for, and how long what is given may be: each limit once, for the gateway, the command line and
// the description.

#include <cstddef>
#include <cstdint>

namespace robin::api {

/// Rows in one answer, at most.
inline constexpr std::uint64_t page_max = 1000;
/// Events that one answer counts, at most.
inline constexpr std::size_t counted_events_max = 10'000;
/// Points of a margin's history, at most.
inline constexpr std::uint64_t points_max = 5000;
/// Blocks whose durations one answer looks at, at most.
inline constexpr std::uint64_t durations_max = 10'000;
/// How far a history reaches back: 30 days.
inline constexpr std::uint64_t minutes_max = std::uint64_t{30} * 24 * 60;

/// Bytes of a word, a position, a threshold or a cursor.
inline constexpr std::size_t text_bytes_max = 200;
/// Bytes of the reason for a drain.
inline constexpr std::size_t reason_bytes_max = 1000;
/// Blocks that one order may name to be tried again.
inline constexpr std::size_t ids_max = 10'000;
/// How many texts describe the certificate that a search continues, and bytes of each.
inline constexpr std::size_t origin_items_max = 20;
inline constexpr std::size_t origin_bytes_max = 10'000;

/// Thresholds are above 0 and at most this: ratios near e^gamma = 1.781 are what is looked for.
inline constexpr std::uint64_t threshold_max = 100;

}  // namespace robin::api
