#pragma once

// RunSums: what a block of prime windows says beside its counts, in whole numbers only, and its text form in the extras
// of a result: stored, sent, hashed, and read again by whoever folds or verifies.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/refusal.hpp"
#include "search/block.hpp"
#include "search/findings.hpp"
#include "search/prime_windows/least_margin.hpp"
#include "search/prime_windows/step_sums.hpp"
#include "search/prime_windows/window.hpp"

namespace robin::search::prime_windows {

/// The sums of a slice: a part of a block, cut on the grid, that can be computed again alone. It begins where the one
/// before ends.
struct SliceSums {
  std::uint64_t end;
  PrimeSums primes;
  StepSums sums;
  friend bool operator==(const SliceSums&, const SliceSums&) = default;
};

inline constexpr std::size_t slices_max = 64;

struct RunSums {
  PrimeSums primes;
  StepSums sums;
  /// L and S where the block begins; only of a block that begins below 2^20, which knows them from 2 on.
  std::optional<StepSums> origin;
  /// The least certified margin of the block's numbers; only of a block with `origin`.
  std::optional<LeastMargin> margin;
  std::vector<SliceSums> slices;
  /// A bound for each slice alone; only of a block without `origin`.
  std::vector<int128> slice_bounds;

  /// Whether x lies in the run, which begins at `begin`.
  [[nodiscard]] bool has(std::uint64_t x, std::uint64_t begin) const {
    return begin <= x && !slices.empty() && x < slices.back().end;
  }

  friend bool operator==(const RunSums&, const RunSums&) = default;
};

/// Writes `run` into the extras.
void write(const RunSums& run, Extras& extras);

/// Reads `run` from the extras. Refused with the key that is missing or cannot be read.
[[nodiscard]] std::optional<core::Refusal> read(const Extras& extras, RunSums& run);
[[nodiscard]] core::Refusal unreadable(const char* key);

/// Whether the slices tile the block, with ends on the grid, and add up to it.
[[nodiscard]] bool adds_up(const Block& block, const RunSums& run);

/// Where the slice that begins at `at` ends in a block of windows: all blocks of one range are cut alike.  Requires
/// 2^20 <= block_begin <= at < block_end.
[[nodiscard]] std::uint64_t slice_end_in(std::uint64_t block_begin, std::uint64_t block_end, std::uint64_t at);

/// Takes the windows of a block in order and cuts the sums into at most slices_max slices.
class Slicing {
 public:
  /// For the block [begin, end). `run` may have slices already, and outlives this object.
  Slicing(std::uint64_t begin, std::uint64_t end, RunSums& run);
  /// Takes the next window. Returns whether a slice ended with it.
  bool take(const WindowTally& window, const StepSums& sums);

 private:
  std::uint64_t begin_;
  std::uint64_t end_;
  RunSums& run_;
  std::uint64_t slice_length_;
  std::uint64_t slice_end_;
  SliceSums slice_{};
};

}  // namespace robin::search::prime_windows
