#include "flow/ports/ledger_views.hpp"

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
      return disputed;
    case BlockState::Cancelled:
      break;
  }
  return cancelled;
}

BlockCounts& BlockCounts::operator+=(const BlockCounts& other) {
  BlockCounts summand = other;
  for (const BlockState state : all_block_states) {
    of(state) += summand.of(state);
  }
  orders_pending += other.orders_pending;
  orders_in_flight += other.orders_in_flight;
  orders_unsettled += other.orders_unsettled;
  return *this;
}

void SearchProgress::set_pace(search::uint128 remaining, search::uint128 covered, double seconds) {
  if (covered == 0 || seconds <= 0) {
    positions_per_second = 0;
    eta_seconds.reset();
    return;
  }
  positions_per_second = static_cast<double>(covered) / seconds;
  eta_seconds = static_cast<double>(remaining) / positions_per_second;
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

std::string_view text(Finding finding) {
  switch (finding) {
    case Finding::Violation:
      return "violation";
    case Finding::Witness:
      return "witness";
    case Finding::Undecided:
      return "undecided";
    case Finding::Best:
      break;
  }
  return "best";
}

}  // namespace robin::flow
