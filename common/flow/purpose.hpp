#pragma once

// Purpose: why a block is computed: for the search itself, to check the result that another worker found (check:1,
// check:2, ...), or to look closer where a result proves too little (refine:1). What is not for the search is an
// *order* of the auditor, with a row of its own in the ledger.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace robin::flow {

struct Purpose {
  enum class Kind { Search, Check, Refine };
  Kind kind;
  /// Of an order: 1, 2, ...
  std::uint32_t number;
  friend bool operator==(const Purpose&, const Purpose&) = default;
};

/// As stored and sent.
inline constexpr const char* purpose_search = "search";
[[nodiscard]] std::string text(const Purpose& purpose);
[[nodiscard]] std::optional<Purpose> purpose_from(std::string_view text);

}  // namespace robin::flow
