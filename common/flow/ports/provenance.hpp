#pragma once

// Provenance: the ledger and the search that a message is about. Ids alone do not say so: a ledger that was restored
// gives the ids of what was lost to others, while messages about what was lost are still on their way. What names
// another ledger or other parameters than the row that its ids find is refused, whatever those ids say.
//
// A ledger has an incarnation: a random text, made with it, kept by upgrades, and made anew by every restore. Who
// restores need not tell: beside the incarnation stands where in the world it was made, which a copy cannot share. The
// producer looks at that under each of its writes and when it takes the lead, and renews the incarnation there
// (adapters/postgres/migrations, place_of_ledger). That place is defined and enough: only a producer brings in blocks
// that the backup did not have, and until then the ids of a restored ledger name what they named before. A failover to
// a replica renews it, too, though it may have lost nothing: what that costs is that blocks in flight are computed
// again, once and without an attempt.

#include <string>

namespace robin::flow {

struct Provenance {
  /// The incarnation of the ledger.
  std::string ledger = {};
  /// What was asked of the search: search_digest().
  std::string search = {};
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// Whether a message that names `named` may be about what has the provenance `here`. One of the version before names
/// nothing, and is taken for one release.
[[nodiscard]] inline bool may_be_about(const Provenance& named, const Provenance& here) {
  return (named.ledger.empty() || named.ledger == here.ledger) && (named.search.empty() || named.search == here.search);
}

}  // namespace robin::flow
