#include "flow/ledger_views.hpp"

#include <array>
#include <utility>

namespace robin::flow {
namespace {

constexpr std::array<std::pair<ControlState, std::string_view>, 3> control_names = {
    {{ControlState::Writable, "WRITABLE"}, {ControlState::Draining, "DRAINING"}, {ControlState::Drained, "DRAINED"}}};

}  // namespace

std::uint64_t& BlockCounts::of(BlockState state) {
  switch (state) {
    case BlockState::Pending:
      return pending;
    case BlockState::Queued:
      return queued;
    case BlockState::Running:
      return running;
    case BlockState::Finished:
      return finished;
    case BlockState::Failed:
      return failed;
    case BlockState::Quarantined:
      return quarantined;
    case BlockState::Disputed:
      break;
  }
  return disputed;
}

std::optional<double> eta_seconds(search::uint128 remaining, search::uint128 covered, double seconds) {
  if (covered == 0) {
    return std::nullopt;
  }
  return static_cast<double>(remaining) * seconds / static_cast<double>(covered);
}

std::string_view text(ControlState state) {
  for (const auto& [known, name] : control_names) {
    if (known == state) {
      return name;
    }
  }
  return {};
}

std::optional<ControlState> control_state_from(std::string_view text_form) {
  for (const auto& [state, name] : control_names) {
    if (name == text_form) {
      return state;
    }
  }
  return std::nullopt;
}

}  // namespace robin::flow
