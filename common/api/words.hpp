#pragma once

// The words of the API beside those of search and flow: one list each.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/words.hpp"
#include "flow/ports/block_state.hpp"
#include "flow/ports/ledger_views.hpp"

namespace robin::api {

/// The state of a search. Failed: nothing is left to do but blocks that failed. Paused and Cancelled: a person ordered
/// it.
enum class SearchState { Running, Finished, Failed, Paused, Cancelled };

[[nodiscard]] constexpr std::string_view text(SearchState state) {
  return state == SearchState::Running    ? "running"
         : state == SearchState::Finished ? "finished"
         : state == SearchState::Failed   ? "failed"
         : state == SearchState::Paused   ? "paused"
                                          : "cancelled";
}

/// The states of a drain: those of flow::ControlState and Unknown, if the queues cannot be looked at, so that nobody
/// can tell whether they are empty.
enum class DrainState { Writable, Draining, Drained, Unknown };

[[nodiscard]] constexpr std::string_view text(DrainState state) {
  return state == DrainState::Writable   ? "WRITABLE"
         : state == DrainState::Draining ? "DRAINING"
         : state == DrainState::Drained  ? "DRAINED"
                                         : "UNKNOWN";
}

/// How a cluster is, in one word.
enum class Level { Violation, Warning, Good, Idle };

[[nodiscard]] constexpr std::string_view text(Level level) {
  return level == Level::Violation ? "violation"
         : level == Level::Warning ? "warning"
         : level == Level::Good    ? "good"
                                   : "idle";
}

/// What became of a search that was submitted.
enum class Submitted { New, Known, Extended };

[[nodiscard]] constexpr std::string_view text(Submitted what) {
  return what == Submitted::New ? "submitted" : what == Submitted::Known ? "known" : "extended";
}

/// What people order of a drain.
enum class DrainOrder { Start, Stop };

[[nodiscard]] constexpr std::string_view text(DrainOrder order) {
  return order == DrainOrder::Start ? "start" : "stop";
}

/// The states of blocks as people write them: pending, queued, ...
[[nodiscard]] std::vector<std::string> block_state_words();
/// The state whose word this is, in any case.
[[nodiscard]] std::optional<flow::BlockState> block_state_from(std::string_view word);

/// The states in which blocks are tried again by order.
inline constexpr std::array retried_states = {flow::BlockState::Failed, flow::BlockState::Quarantined};

}  // namespace robin::api

namespace robin::core {

template <>
struct Words<api::SearchState> {
  static constexpr std::array all = {api::SearchState::Running, api::SearchState::Finished, api::SearchState::Failed,
                                     api::SearchState::Paused, api::SearchState::Cancelled};
};
template <>
struct Words<api::DrainState> {
  static constexpr std::array all = {api::DrainState::Writable, api::DrainState::Draining, api::DrainState::Drained,
                                     api::DrainState::Unknown};
};
template <>
struct Words<api::Level> {
  static constexpr std::array all = {api::Level::Violation, api::Level::Warning, api::Level::Good, api::Level::Idle};
};
template <>
struct Words<api::Submitted> {
  static constexpr std::array all = {api::Submitted::New, api::Submitted::Known, api::Submitted::Extended};
};
template <>
struct Words<api::DrainOrder> {
  static constexpr std::array all = {api::DrainOrder::Start, api::DrainOrder::Stop};
};
template <>
struct Words<flow::BlockState> {
  static constexpr std::array all = flow::all_block_states;
};
template <>
struct Words<flow::Finding> {
  static constexpr std::array all = {flow::Finding::Witness, flow::Finding::Violation, flow::Finding::Undecided,
                                     flow::Finding::Best};
};

}  // namespace robin::core
