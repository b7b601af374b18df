#pragma once

// The ids of things in the ledger. Each is a type of its own, so that one cannot be passed for another.

#include <compare>
#include <cstdint>

namespace robin::flow {

struct SearchId {
  std::int64_t value;
  friend auto operator<=>(const SearchId&, const SearchId&) = default;  // NOLINT(modernize-use-nullptr)
};

struct BlockId {
  std::int64_t value;
  friend auto operator<=>(const BlockId&, const BlockId&) = default;  // NOLINT(modernize-use-nullptr)
};

/// Counts the attempts at a block, from 1. It grows when a block was begun and then failed or was lost.
struct Attempt {
  std::uint32_t value;
  friend auto operator<=>(const Attempt&, const Attempt&) = default;  // NOLINT(modernize-use-nullptr)
};

/// The fencing number. Whoever begins to lead takes the next one; writes under an older one are refused.
struct Epoch {
  std::int64_t value;
  friend auto operator<=>(const Epoch&, const Epoch&) = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace robin::flow
