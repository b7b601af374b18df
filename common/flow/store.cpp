#include "flow/store.hpp"

namespace robin::flow {

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
