#include "flow/ports/ledger_reader.hpp"

#include <algorithm>

#include "core/contract.hpp"

namespace robin::flow {

SearchRecord record_of(LedgerReader& reader, SearchId id) {
  const auto records = reader.searches();
  const auto found = std::find_if(records.begin(), records.end(), [id](const auto& record) { return record.id == id; });
  ROBIN_ASSERT(found != records.end(), "the search is in the ledger");
  return *found;
}

}  // namespace robin::flow
