#pragma once

// search_digest: what was asked of a search, in one short word that its messages carry (WIRE.md, Provenance).

#include <string>

namespace robin::flow {

/// All that is fixed when a search is made (its end is not), as the ledger writes it down.
struct AskedOfSearch {
  std::string strategy;
  /// In decimal.
  std::string begin;
  std::string mode;
  std::string threshold;
  std::string digest_kind;
  /// JSON; {} if there is none.
  std::string origin;
};

[[nodiscard]] std::string search_digest(const AskedOfSearch& asked);

}  // namespace robin::flow
