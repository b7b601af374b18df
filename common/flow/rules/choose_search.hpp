#pragma once

// choose_search: which search of the ledger is continued when one is submitted: the one with the same strategy, begin,
// mode, threshold and digest. A larger end extends it. A smaller end is another question, so it becomes another search.
// A cancelled search is not continued. Pure.

#include <optional>
#include <span>

#include "flow/ports/search_ledger.hpp"

namespace robin::flow {

/// nullopt: none of them is continued, and a new one is to be made.
[[nodiscard]] std::optional<ChosenSearch> choose_search(std::span<const SearchRecord> searches, const SearchSpec& spec);

}  // namespace robin::flow
