#pragma once

// The names of things in the ledger: strong types, so that one cannot be passed for another.

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

/// How often a block was begun and lost or failed, plus one.
struct Attempt {
  std::uint32_t value;
  friend auto operator<=>(const Attempt&, const Attempt&) = default;  // NOLINT(modernize-use-nullptr)
};

/// The fencing number: who leads takes the next one, and writes of an older one are refused.
struct Epoch {
  std::int64_t value;
  friend auto operator<=>(const Epoch&, const Epoch&) = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace robin::flow
