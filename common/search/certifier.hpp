#pragma once

// Certifier: takes the blocks of one search in order and keeps what they prove together: for strategies whose blocks
// are lemmas, not answers. What it knows can be written down (state) and taken up again by another process. Used by one
// thread.

#include <map>
#include <optional>
#include <string>

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
  /// One line.
  std::string reason;
};

class Certifier {
 public:
  Certifier() = default;
  Certifier(const Certifier&) = delete;
  Certifier& operator=(const Certifier&) = delete;
  virtual ~Certifier() = default;

  /// Takes the next block in, unless there is an objection; then nothing changes.
  [[nodiscard]] virtual std::optional<Objection> advance(const Block& block, uint128 candidates,
                                                         const std::map<std::string, std::string>& extras) = 0;

  /// Everything that is needed to go on from here, and what people want to see of it; the strategy's README names the
  /// keys.
  [[nodiscard]] virtual std::map<std::string, std::string> state() const = 0;
};

}  // namespace robin::search
