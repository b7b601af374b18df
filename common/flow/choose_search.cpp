#include "flow/choose_search.hpp"

#include <optional>

namespace robin::flow {
namespace {

bool has_same_identity(const SearchSpec& a, const SearchSpec& b) {
  return a.strategy == b.strategy && a.range.begin == b.range.begin && a.parameters == b.parameters &&
         a.origin == b.origin;
}

}  // namespace

ChosenSearch choose_search(Store& store, const SearchSpec& spec) {
  std::optional<SearchRecord> nearest;
  for (const SearchRecord& record : store.searches()) {
    const bool fits = has_same_identity(record.spec, spec) && record.spec.range.end <= spec.range.end;
    if (fits && (!nearest || nearest->spec.range.end < record.spec.range.end)) {
      nearest = record;
    }
  }
  if (!nearest) {
    return {store.add_search(spec), Choice::Created};
  }
  if (nearest->spec.range.end == spec.range.end) {
    return {nearest->id, Choice::Resumed};
  }
  store.extend_search(nearest->id, spec.range.end);
  return {nearest->id, Choice::Extended};
}

}  // namespace robin::flow
