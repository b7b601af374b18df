#pragma once

// choose_search: which search of a ledger is continued where one is submitted. The one with the same strategy, begin,
// mode, threshold and digest; a larger end extends it. A smaller end is another question, so it becomes another search;
// a cancelled one is not continued. Pure.

#include <optional>
#include <span>

#include "flow/ports/search_ledger.hpp"

namespace robin::flow {

/// nullopt: none of them is; a new one is made.
[[nodiscard]] std::optional<ChosenSearch> choose_search(std::span<const SearchRecord> searches, const SearchSpec& spec);

}  // namespace robin::flow
