#pragma once

// SearchLedger: the part of the ledger that whoever submits a search uses.
// Each call is one transaction, and is repeated when its fate is unknown: it happens once all the same. Throws
// runtime::Error. One object may be used from several threads.

#include "flow/ports/ledger_reader.hpp"

namespace robin::flow {

enum class Choice { Created, Resumed, Extended };

struct ChosenSearch {
  SearchId id;
  Choice choice;
};

class SearchLedger {
 public:
  SearchLedger() = default;
  SearchLedger(const SearchLedger&) = delete;
  SearchLedger& operator=(const SearchLedger&) = delete;
  virtual ~SearchLedger() = default;

  /// The search that answers `spec` (rules/choose_search.hpp): one of the ledger, extended if need be, or a new one. Of
  /// any number of equal ones that are submitted at once one is made.
  /// A new one begins as `control` says; one that was there keeps its own. A cancelled one answers nothing any more.
  virtual ChosenSearch submit(const SearchSpec& spec, const SearchControl& control) = 0;
  ChosenSearch submit(const SearchSpec& spec) { return submit(spec, {}); }
  /// A new one, whatever others there are.
  virtual SearchId add_search(const SearchSpec& spec) = 0;
  /// Moves the end of a search further out; an end that is not beyond the present one changes nothing, and neither does
  /// one of a cancelled search.
  virtual void extend_search(SearchId search, search::Position end) = 0;
};

}  // namespace robin::flow
