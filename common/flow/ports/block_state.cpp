#include "flow/ports/block_state.hpp"

#include <array>
#include <utility>

namespace robin::flow {
namespace {

constexpr std::array<std::pair<BlockState, std::string_view>, 8> state_names = {
    {{BlockState::Pending, "PENDING"},
     {BlockState::Queued, "QUEUED"},
     {BlockState::Running, "RUNNING"},
     {BlockState::Finished, "FINISHED"},
     {BlockState::Failed, "FAILED"},
     {BlockState::Quarantined, "QUARANTINED"},
     {BlockState::Disputed, "DISPUTED"},
     {BlockState::Cancelled, "CANCELLED"}}};

}  // namespace

std::string_view text(BlockState state) {
  for (const auto& [known, name] : state_names) {
    if (known == state) {
      return name;
    }
  }
  return {};
}

std::optional<BlockState> block_state_from(std::string_view text_form) {
  for (const auto& [state, name] : state_names) {
    if (name == text_form) {
      return state;
    }
  }
  return std::nullopt;
}

}  // namespace robin::flow
