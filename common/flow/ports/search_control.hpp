#pragma once

// SearchControl: what people ordered of one search: whether it goes on, and how large its share of the fleet is.
// Values.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace robin::flow {

/// Whether a search goes on.
enum class RunState {
  Active,
  Paused,    ///< nothing new of it is published; what is in flight ends as usual
  Cancelled  ///< for good: its unfinished blocks become CANCELLED, and what was found stays
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
  /// 1 to share_max. While two searches have blocks, their computing seconds are to each other as their shares.
  std::uint32_t share = 1;
  friend bool operator==(const SearchControl&, const SearchControl&) = default;
};

inline constexpr std::uint32_t share_max = 1000;

/// What is to change; what is not named stays.
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
