#pragma once

// A finding as a row of the ledger tells it: put back into the list it came from.

#include <string_view>
#include <utility>

#include "flow/ports/store.hpp"
#include "search/findings.hpp"

namespace robin::adapters {

inline void add_stored_finding(search::Findings& findings, std::string_view kind, search::Witness witness) {
  if (kind == flow::text(flow::Finding::Violation)) {
    findings.violations.push_back(std::move(witness));
  } else if (kind == flow::text(flow::Finding::Witness)) {
    findings.witnesses.push_back(std::move(witness));
  } else if (kind == flow::text(flow::Finding::Undecided)) {
    findings.undecided.push_back(std::move(witness));
  } else {
    findings.best = std::move(witness);
  }
}

/// Findings that one call reads at most, beyond those of its first block: some blocks keep tens of thousands.
inline constexpr std::int64_t findings_a_call = 100'000;

}  // namespace robin::adapters
