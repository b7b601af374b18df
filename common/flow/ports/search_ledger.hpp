#pragma once

// SearchLedger: the part of the ledger that adds searches. Each call is one transaction, and is repeated when nobody
// knows whether it was committed; it takes effect once all the same. Throws runtime::Error. One object may be used from
// several threads.

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

  /// Finds the search of the ledger that answers `spec` (rules/choose_search.hpp), and extends it if need be; else
  /// makes a new one, which begins as `control` says. One that was there keeps its own control, and a cancelled one
  /// answers nothing. If several callers submit the same at once, one search is made.
  virtual ChosenSearch submit(const SearchSpec& spec, const SearchControl& control) = 0;
  ChosenSearch submit(const SearchSpec& spec) { return submit(spec, {}); }
  /// Makes a new search, whatever others there are.
  virtual SearchId add_search(const SearchSpec& spec) = 0;
  /// Moves the end of a search further out. Nothing changes if `end` is not beyond the present one, or if the search
  /// was cancelled.
  virtual void extend_search(SearchId search, search::Position end) = 0;
};

}  // namespace robin::flow
