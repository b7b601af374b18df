#pragma once

// Certifier: takes the blocks of one search in order and keeps what they prove together: for strategies whose blocks
// are lemmas, not answers. What it knows can be written down (state) and taken up again by another process, and said in
// words (proof). Used by one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "search/block.hpp"

namespace robin::search {

/// Why a block is not taken.
enum class Doubt {
  Unfit,     ///< it contradicts itself or the blocks before it: computing it again must settle this
  Unproven,  ///< it fits, but proves too little: Strategy::refine looks closer
  Refuted,   ///< looked at as closely as can be: what was to be proved is false, or beyond the precision
};

struct Objection {
  Doubt doubt;
  /// The reason, in one line.
  std::string reason;
};

/// What blocks prove together: a sentence to quote, and the figures that people compare. Decimals are rounded to the
/// safe side; a figure that is not known is empty.
struct Proof {
  /// Whether anything is proved. `sentence` says what, or that nothing is; it has no full stop.
  bool proves = false;
  std::string sentence;
  /// What a reader of the sentence may ask next: one line each.
  std::vector<std::string> remarks;
  /// Where the last block ends.
  Position end{0};
  std::uint64_t blocks = 0;
  /// log N from below and from above, where N is the greatest number that the sentence is about, and log10 log10 N, cut
  /// after 12 decimals.
  std::string log_n_lo;
  std::string log_n_hi;
  std::string log10_log10_n;
  /// The count and the sum of the primes that were summed up.
  std::uint64_t prime_count = 0;
  uint128 prime_sum = 0;
  /// The least margin by which the inequality holds, as the difference of the logarithms of its sides.
  std::string min_log_margin;
  /// The position below which blocks were never seen here, because a certificate that somebody handed in is continued
  /// from there.
  std::optional<Position> unchecked_up_to;
};

/// The key, in a state that somebody hands in, of the position where that certificate ends, in decimal, so that the
/// proof can say what it rests on.
inline constexpr const char* unchecked_up_to_key = "unchecked_up_to";

class Certifier {
 public:
  Certifier() = default;
  Certifier(const Certifier&) = delete;
  Certifier& operator=(const Certifier&) = delete;
  virtual ~Certifier() = default;

  /// Takes the next block. If there is an objection, it is returned and nothing changes.
  [[nodiscard]] virtual std::optional<Objection> advance(const Block& block, uint128 candidates,
                                                         const std::map<std::string, std::string>& extras) = 0;

  /// Everything that is needed to go on from here; the strategy's README names the keys. Where there is a margin to
  /// draw, `log_n`, `block_margin` and `block_margin_at` are of the block taken last.
  [[nodiscard]] virtual std::map<std::string, std::string> state() const = 0;

  [[nodiscard]] virtual Proof proof() const = 0;

  /// The position at which the least margin is attained; nullopt while there is none, or where it is not kept.  Cost: a
  /// part of a block may be computed again.
  [[nodiscard]] virtual std::optional<Position> least_margin_at() const { return std::nullopt; }

  /// One line that says how the blocks' claims contradict what can be evaluated from their sums; nullopt if they do
  /// not.  Cost: as least_margin_at().
  [[nodiscard]] virtual std::optional<std::string> contradiction() const { return std::nullopt; }
};

}  // namespace robin::search
