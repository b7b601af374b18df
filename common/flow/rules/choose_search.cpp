#include "flow/rules/choose_search.hpp"

namespace robin::flow {
namespace {

bool has_same_identity(const SearchSpec& a, const SearchSpec& b) {
  return a.strategy == b.strategy && a.range.begin == b.range.begin && a.parameters == b.parameters &&
         a.origin == b.origin;
}

}  // namespace

std::optional<ChosenSearch> choose_search(std::span<const SearchRecord> searches, const SearchSpec& spec) {
  const SearchRecord* nearest = nullptr;
  for (const SearchRecord& record : searches) {
    const bool fits = record.control.state != RunState::Cancelled && has_same_identity(record.spec, spec) &&
                      record.spec.range.end <= spec.range.end;
    if (fits && (nearest == nullptr || nearest->spec.range.end < record.spec.range.end)) {
      nearest = &record;
    }
  }
  if (nearest == nullptr) {
    return std::nullopt;
  }
  return ChosenSearch{nearest->id, nearest->spec.range.end == spec.range.end ? Choice::Resumed : Choice::Extended};
}

}  // namespace robin::flow
