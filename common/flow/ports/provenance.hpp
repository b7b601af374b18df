#pragma once

// Provenance: the ledger and the search that a message is about. Ids alone do not say that: a ledger that was restored
// gives the ids of lost blocks to new ones, while messages about the lost ones are still under way. A message that
// names another ledger, or other parameters than the row with its ids has, is refused.
//
// A ledger has an incarnation: a random text that is made with the ledger, kept by upgrades, and made anew after every
// restore. The person who restores need not tell anybody: beside the incarnation the ledger holds the place where it
// was made (adapters/postgres/migrations, place_of_ledger), which a copy does not share. The producer compares that
// place when it takes the lead and in each of its writes, and makes a new incarnation if it differs. That it is the
// producer is enough: only a producer adds blocks that the backup did not have, and until then the ids of a restored
// ledger name what they named before. A failover to a replica also makes a new incarnation, though nothing may be lost:
// blocks in flight are then computed again, once, and no attempt is counted.

#include <string>

namespace robin::flow {

struct Provenance {
  /// The incarnation of the ledger.
  std::string ledger = {};
  /// A digest of the search's parameters: search_digest().
  std::string search = {};
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// Whether a message that names `named` may be about a row of the provenance `here`. A message of the version before
/// names nothing, and is taken for one release.
[[nodiscard]] inline bool may_be_about(const Provenance& named, const Provenance& here) {
  return (named.ledger.empty() || named.ledger == here.ledger) && (named.search.empty() || named.search == here.search);
}

}  // namespace robin::flow
