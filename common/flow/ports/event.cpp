#include "flow/ports/event.hpp"

namespace robin::flow {

std::string_view text(EventKind kind) {
  switch (kind) {
    case EventKind::Alarm:
      return "alarm";
    case EventKind::Unfit:
      return "unfit";
    case EventKind::Disputed:
      return "disputed";
    case EventKind::Settled:
      return "settled";
    case EventKind::Refined:
      return "refined";
    case EventKind::Drain:
      return "drain";
    case EventKind::Retry:
      return "retry";
    case EventKind::Pause:
      return "pause";
    case EventKind::Resume:
      return "resume";
    case EventKind::Cancel:
      return "cancel";
    case EventKind::Share:
      return "share";
    case EventKind::Compact:
      return "compact";
    case EventKind::DeadLetter:
      break;
  }
  return "dead_letter";
}

}  // namespace robin::flow
