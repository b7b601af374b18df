#pragma once

// SearchControl: what people ordered for one search: whether it goes on, and how large its share of the fleet is.
// Values.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace robin::flow {

/// Whether a search goes on.
enum class RunState {
  Active,
  Paused,    ///< none of its blocks is published any more; those in flight end as usual
  Cancelled  ///< ended for good: its unfinished blocks become CANCELLED, and what it found stays
};

inline constexpr std::array all_run_states = {RunState::Active, RunState::Paused, RunState::Cancelled};

/// ACTIVE, PAUSED or CANCELLED, as stored.
[[nodiscard]] constexpr std::string_view text(RunState state) {
  return state == RunState::Active ? "ACTIVE" : state == RunState::Paused ? "PAUSED" : "CANCELLED";
}
[[nodiscard]] constexpr std::optional<RunState> run_state_from(std::string_view word) {
  for (const RunState state : all_run_states) {
    if (text(state) == word) {
      return state;
    }
  }
  return std::nullopt;
}

struct SearchControl {
  RunState state = RunState::Active;
  /// 1 to share_max. A search with share 3 gets three times the computing seconds of one with share 1, while both have
  /// blocks.
  std::uint32_t share = 1;
  friend bool operator==(const SearchControl&, const SearchControl&) = default;
};

inline constexpr std::uint32_t share_max = 1000;

/// What a person wants to change; what is not named stays.
struct SearchControlOrder {
  std::optional<RunState> state = {};
  std::optional<std::uint32_t> share = {};
};

/// What became of an order.
enum class ControlOutcome {
  Done,
  AlreadySo,  ///< nothing changed
  Final,      ///< the search was cancelled, and stays so
  Unknown     ///< there is no such search
};

}  // namespace robin::flow
