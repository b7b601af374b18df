#pragma once

// Purpose: why a block is computed: for the search itself; to check a result (check:1, check:2, ...); or to look closer
// where a result proves too little (refine:1, ...). Work that is not for the search is an *order* of the auditor, with
// a row of its own in the ledger. A value type.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace robin::flow {

struct Purpose {
  enum class Kind { Check, Refine, Search };
  Kind kind = Kind::Search;
  /// 1, 2, ... of an order; 0 for the search.
  std::uint32_t number = 0;

  [[nodiscard]] static Purpose check(std::uint32_t number) { return {Kind::Check, number}; }
  [[nodiscard]] static Purpose refine(std::uint32_t number) { return {Kind::Refine, number}; }
  [[nodiscard]] bool is_search() const { return kind == Kind::Search; }
  friend auto operator<=>(const Purpose&, const Purpose&) = default;  // NOLINT(modernize-use-nullptr)
};

/// search, check:N or refine:N: as stored and sent.
[[nodiscard]] std::string text(const Purpose& purpose);
[[nodiscard]] std::optional<Purpose> purpose_from(std::string_view text);

}  // namespace robin::flow
