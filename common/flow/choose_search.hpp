#pragma once

// choose_search: which search of a store a run continues. The one with the same strategy, begin, mode, threshold and
// digest; a larger end extends it. A smaller end is another question, so it becomes another search.

#include "flow/store.hpp"

namespace robin::flow {

enum class Choice { Created, Resumed, Extended };

struct ChosenSearch {
  SearchId id;
  Choice choice;
};

[[nodiscard]] ChosenSearch choose_search(Store& store, const SearchSpec& spec);

}  // namespace robin::flow
