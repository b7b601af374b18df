#pragma once

// SliceAgain: a slice of a block of windows, computed again by the code that computes blocks and compared with what the
// block says of it: whoever checks a whole certificate uses it, and whoever looks at one slice of one result. What
// differs from one inequality to another is the hook. Used by one thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "search/prime_windows/run_sums.hpp"
#include "search/prime_windows/step_sums.hpp"
#include "search/prime_windows/window.hpp"
#include "search/strategy.hpp"

namespace robin::search::prime_windows {

/// A slice, and what its block says of it.
struct SliceClaim {
  /// Where the block begins.
  std::uint64_t block_begin;
  std::uint64_t begin;
  std::uint64_t end;
  PrimeSums primes;
  StepSums sums;
  /// L and S where the slice begins; only needed if the block knows its origin.
  StepSums before;
  /// What the block adds to L and S before the slice.
  StepSums inside;
  /// How many primes lie below the slice; only needed if the block knows its origin.
  std::uint64_t primes_below;
  /// The bound of the slice alone, of a block that does not know its origin.
  std::optional<int128> bound;
};

class SliceAgain {
 public:
  using Visit = std::function<void(const WindowTally&, const StepSums& sums)>;

  SliceAgain() = default;
  SliceAgain(const SliceAgain&) = delete;
  SliceAgain& operator=(const SliceAgain&) = delete;
  virtual ~SliceAgain() = default;

  /// Computes a slice of a block that begins at 2^20 or above, and says what differs, one line each: its sums, and what
  /// the block says of its margin. Calls visit for each window, with the sums of its steps.  Cost: sieving.
  [[nodiscard]] std::vector<std::string> differences(const SliceClaim& slice, const Visit& visit);

  /// Checks what the block says that belongs to no slice. Returns one line; empty if all is as it should be. The answer
  /// is remembered.  Cost: seconds at most.
  [[nodiscard]] const std::string& whole_again();

  /// How many steps the block has by its own numbers, and everything that it says, written anew.
  [[nodiscard]] virtual uint128 steps() const = 0;
  [[nodiscard]] virtual Extras extras() const = 0;

 private:
  /// Walks the windows of the slice, calls visit for each, and says what differs from what its block says of its
  /// margin; empty: nothing.
  [[nodiscard]] virtual std::string margin_again(const SliceClaim& slice, const Visit& visit) = 0;
  [[nodiscard]] virtual std::string compute_whole_again() const { return {}; }

  std::optional<std::string> whole_;
};

/// Computes a whole block again and calls told() for each thing that differs. For blocks that begin below 2^20: they
/// may have findings, and their steps are few. Returns whether the digest is the same.
bool computes_again(const Strategy& strategy, const Block& block, const Parameters& parameters, uint128 candidates,
                    const std::string& digest, const Extras& extras,
                    const std::function<void(const std::string&)>& told);

}  // namespace robin::search::prime_windows
