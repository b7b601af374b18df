#pragma once

// The rules of the ledger: what a report does to a block or to an order of the auditor, as a function of what the
// ledger knows. A store reads the row, asks, and writes the row that was decided, with what belongs to it; it decides
// nothing, so all stores decide alike. Pure.

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

/// The row of a block, or of an order, which has the range of its block.
struct LedgerRow {
  BlockState state;
  Attempt attempt;
  search::Block block;
  /// Who reported last that it computes or computed it; may be empty.
  std::string worker = {};
  /// Class and message of the last failure; empty once it is finished.
  std::string error = {};
  /// Whether somebody is at work on it just now: its lease goes on.
  bool is_heard = false;
  /// The run that was ordered.
  std::uint32_t run = 1;
  /// Of a check: whose machines have no part in it.
  std::vector<std::string> avoid = {};
  /// Of an order: the digest that it waits for; empty: any.
  std::string expected = {};
  friend bool operator==(const LedgerRow&, const LedgerRow&) = default;
};

/// Where the blocks of a search may be cut: its parameters, and its strategy as this program knows it.
struct Grid {
  const search::Strategy& strategy;
  const search::Parameters& parameters;
  /// Whether a slice of the block ends there.
  [[nodiscard]] bool has(const search::Block& block, search::Position cut) const;
};

/// What is written beside the row.
enum class Effect {
  None,
  AddFailure,    ///< the failed attempt
  AddResult,     ///< the result, which a block accepts
  Split,         ///< the result of the prefix, and a new PENDING block with the rest
  KeepConflict,  ///< the result is put aside
  KeepPart,      ///< the part; a set that is whole is decided anew as the report it spells out
};

struct Decision {
  Outcome outcome;
  Effect effect;
  LedgerRow row;
};

/// `here` is the provenance of the row. `stored_digest` is the digest of the result under the report's key, if there is
/// one. `grid` is asked by what splits a block; nullptr refuses that. `most` is what a result in parts may hold.
[[nodiscard]] Decision decide(const LedgerRow& row, const Provenance& here,
                              const std::optional<std::string>& stored_digest, const Report& report, const Grid* grid,
                              bounds::Result most);

/// What becomes of a report about a block that was compacted, of a search with this provenance: it is of no use any
/// more.
[[nodiscard]] Outcome decide_compacted(const Report& report, const Provenance& here);

/// The result, or the Partial with a prefix, that a whole set of parts spells out, for the work that the part was for;
/// nullopt if it does not add up or holds more than `most`.
[[nodiscard]] std::optional<Report> assemble(const Report& part, const std::string& whole,
                                             const search::Strategies& strategies, bounds::Result most);

}  // namespace robin::flow
