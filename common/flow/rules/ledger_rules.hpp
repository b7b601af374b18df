#pragma once

// The rules of the ledger: what a report does to a block, or to an order of the auditor. A store reads the row, calls
// decide(), and writes the row and the effect that were decided. It decides nothing itself, so that all stores do the
// same. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/ports/block_state.hpp"
#include "flow/ports/bounds.hpp"
#include "flow/ports/report.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// The row of a block, or of an order. An order has the range of its block.
struct LedgerRow {
  BlockState state;
  Attempt attempt;
  search::Block block;
  /// The worker that last reported that it computes or computed the block; empty if none did.
  std::string worker = {};
  /// Class and message of the last failure; empty once the block is finished.
  std::string error = {};
  /// In a decision: whether the lease begins anew, because a worker reported that it computes the block.
  bool is_heard = false;
  /// The run that was ordered.
  std::uint32_t run = 1;
  /// For a check: workers whose machines must not make it.
  std::vector<std::string> avoid = {};
  /// For an order: the digest that it waits for; empty: any.
  std::string expected = {};
  friend bool operator==(const LedgerRow&, const LedgerRow&) = default;
};

/// Where the blocks of a search may be cut: only where one of the strategy's slices ends.
struct Grid {
  const search::Strategy& strategy;
  const search::Parameters& parameters;
  /// Whether a slice of the block ends at `cut`.
  [[nodiscard]] bool has(const search::Block& block, search::Position cut) const;
};

/// What is written beside the row.
enum class Effect {
  None,
  AddFailure,    ///< the failed attempt
  AddResult,     ///< the result; a block (not an order) now points to it as accepted
  Split,         ///< the result of the prefix, and a new PENDING block with the rest
  KeepConflict,  ///< the result, put aside
  KeepPart,      ///< the part. If the set is whole now, decide() is called again with the report that it spells out
};

struct Decision {
  Outcome outcome;
  Effect effect;
  LedgerRow row;
};

/// What a report does to a row.
///
/// - `here` is the provenance of the row.
/// - `stored_digest` is the digest of the result under the report's key, if there is one.
/// - `grid` says where the block may be split; nullptr: nowhere.
/// - `most` is what a result in parts may hold.
[[nodiscard]] Decision decide(const LedgerRow& row, const Provenance& here,
                              const std::optional<std::string>& stored_digest, const Report& report, const Grid* grid,
                              bounds::Result most);

/// What becomes of a report about a compacted block of a search with the provenance `here`: Stale, or Foreign.
[[nodiscard]] Outcome decide_compacted(const Report& report, const Provenance& here);

/// The report (WorkResult, or Partial with a prefix) that a whole set of parts spells out. `part` is one of the parts,
/// `whole` their texts in order. nullopt if the digest is wrong, the text cannot be read, it is about other work than
/// the part, or it holds more than `most`.
[[nodiscard]] std::optional<Report> assemble(const Report& part, const std::string& whole,
                                             const search::Strategies& strategies, bounds::Result most);

}  // namespace robin::flow
