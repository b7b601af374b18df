#include "flow/store.hpp"

namespace robin::flow {

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
