#pragma once

// The rules of the ledger: what a report does to a block, as a function of what the ledger knows. Stores read, ask, and
// write; they decide nothing themselves, so all of them decide alike.

#include <optional>
#include <string>
#include <string_view>

#include "flow/block_state.hpp"
#include "flow/report.hpp"

namespace robin::flow {

struct LedgerRow {
  BlockState state;
  Attempt attempt;
  search::Block block;
  /// Who reported last that it computes or computed it; may be empty.
  std::string worker = {};
};

enum class Effect {
  None,
  Start,         ///< RUNNING, heard from now
  Fail,          ///< FAILED, with the error
  Finish,        ///< the result is stored and accepted
  Leave,         ///< PENDING again: its message is acked, and it is published anew
  Split,         ///< the block ends at the cut and is finished with the prefix; the rest is a new block, PENDING
  KeepConflict,  ///< the result is put aside
  KeepPart,      ///< the part is stored; a set that is whole is decided anew as the result it spells out
};

struct Decision {
  Outcome outcome;
  Effect effect;
};

/// `stored_digest` is the digest of the result under the report's key, if there is one.
[[nodiscard]] Decision decide(const LedgerRow& row, const std::optional<std::string>& stored_digest,
                              const Report& report);

/// The result that a whole set of parts spells out, for the work that the part was for; nullopt if it does not add up.
[[nodiscard]] std::optional<Report> assemble(const Report& part, const std::string& whole,
                                             const search::Strategies& strategies);

}  // namespace robin::flow
