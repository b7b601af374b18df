#pragma once

// BlockCertificate: what a block of the strategy returns beside its counts, in whole numbers only, and its text form in
// the extras of Findings (README, "Extras"): stored, sent, hashed, and read again by whoever folds or verifies.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "math/refusal.hpp"
#include "search/strategies/colossally_abundant/genesis.hpp"
#include "search/strategies/colossally_abundant/higher_step.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/step_sums.hpp"

namespace robin::search::colossally_abundant {

/// A part of a block, on the grid, that can be computed again alone; it begins where the one before ends.
struct SliceSums {
  std::uint64_t end;
  PrimeSums primes;
  StepSums sums;
  friend bool operator==(const SliceSums&, const SliceSums&) = default;
};

inline constexpr std::size_t slices_max = 64;

struct BlockCertificate {
  PrimeSums primes;
  StepSums sums;
  /// Of a block that begins at 2^20 or above: D, for the fold.
  std::optional<MarginBound> bound;
  /// Of a genesis block: L and S where it begins, known from 2 on, and its least certified margin, if it met any number
  /// above 5040.
  std::optional<StepSums> origin;
  std::optional<LeastMargin> margin;
  /// (q, k), k >= 2, in order of position.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> higher_steps;
  std::vector<SliceSums> slices;
  /// Where there is a bound: D(A) of each slice alone, to find out which one holds the least margin.
  std::vector<int128> slice_bounds;

  friend bool operator==(const BlockCertificate&, const BlockCertificate&) = default;
};

[[nodiscard]] std::map<std::string, std::string> to_extras(const BlockCertificate& certificate);

/// Refused with the key that is missing or cannot be read.
[[nodiscard]] math::Parsed<BlockCertificate> from_extras(const std::map<std::string, std::string>& extras);

}  // namespace robin::search::colossally_abundant
