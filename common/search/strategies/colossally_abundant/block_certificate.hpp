#pragma once

// BlockCertificate: what a block of the strategy returns beside its counts, in whole numbers only, and its text form in
// the extras of Findings (README, "Extras"): stored, sent, hashed, and read again by whoever folds or verifies.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/refusal.hpp"
#include "search/prime_windows/run_sums.hpp"
#include "search/strategies/colossally_abundant/higher_step.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"

namespace robin::search::colossally_abundant {

struct BlockCertificate : RunSums {
  /// D, the bound of the margin at the references, for the fold; only of a block that does not know its origin.
  std::optional<MarginBound> bound;
  /// The steps (q, k) with k >= 2, in order of position.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> higher_steps;

  friend bool operator==(const BlockCertificate&, const BlockCertificate&) = default;
};

[[nodiscard]] Extras to_extras(const BlockCertificate& certificate);

/// Reads them from the extras. Refused with the key that is missing or cannot be read.
[[nodiscard]] core::Parsed<BlockCertificate> from_extras(const Extras& extras);

}  // namespace robin::search::colossally_abundant
