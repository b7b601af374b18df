#pragma once

// NearPrimes: sieving primes of about the size of a segment, which cross off a few bytes of each. They lie in lists by
// residue and by the next multiple's phase, so a whole list makes the same turn: it is crossed off, moved and handed to
// the list of the next phase, of this segment or a later one, without a branch for each prime; sixteen at a time where
// the CPU has AVX-512. The same bits either way. Of one thread.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "math/wheel_turn.hpp"

namespace robin::math {

class NearPrimes {
 public:
  /// Primes below may be added, for segments of this many bytes: a turn reaches no further than the segment after next.
  [[nodiscard]] static constexpr std::uint64_t prime_end(std::uint64_t segment_bytes) {
    return 10 * segment_bytes - 60;
  }
  /// Whether vectors can be asked for.
  [[nodiscard]] static bool has_vectors();

  /// Begins anew, with these primes, in any order, all below prime_end: multiples are crossed off from byte `first` on.
  void start(const std::uint32_t* begin, const std::uint32_t* end, std::uint64_t first, std::uint64_t segment_bytes,
             bool vectors);
  /// Crosses off the next segment, of `size` bytes; only the last one is shorter than start() was told.
  void cross(std::uint8_t* segment, std::uint32_t size);

 private:
  /// q and place of the next multiple of each prime, with room for one vector beyond the last.
  struct List {
    std::uint32_t* q = nullptr;
    std::uint32_t* at = nullptr;
    std::size_t size = 0;
  };
  using Lists = std::array<List, phases>;
  /// Those of one residue: for the current segment, the next one and the one after.
  struct Residue {
    Lists now;
    Lists next;
    Lists after;
  };
  struct Passage;
  static void pass_one_by_one(const Passage& passage);
  static void pass_by_vectors(const Passage& passage);

  std::array<Residue, phases> residues_;
  std::unique_ptr<std::uint32_t[]> memory_;  // NOLINT(*c-arrays): not initialised
  std::size_t capacity_ = 0;
  std::size_t primes_ = 0;
  bool vectors_ = false;
};

}  // namespace robin::math
