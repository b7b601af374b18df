#include "flow/store.hpp"

#include <algorithm>

#include "contract.hpp"

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

SearchRecord record_of(LedgerReader& reader, SearchId id) {
  const auto records = reader.searches();
  const auto found = std::find_if(records.begin(), records.end(), [id](const auto& record) { return record.id == id; });
  ROBIN_ASSERT(found != records.end(), "the search is in the ledger");
  return *found;
}

}  // namespace robin::flow
