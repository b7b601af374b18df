#pragma once

// Parameters: what a search asks of every block beside its range. They are part of a search's identity.

#include <array>
#include <optional>
#include <string_view>

#include "core/words.hpp"
#include "math/decimal.hpp"

namespace robin::search {

/// Complete evaluates every candidate; Pruned returns the same without visiting hopeless ones; Exact keeps only what a
/// strategy is named after (of superabundant, the superabundant numbers).
enum class Mode { Complete, Pruned, Exact };

/// Exact hashes factorisations and integers; Original reproduces the search this one descends from.
enum class DigestKind { Exact, Original };

struct Parameters {
  Mode mode = Mode::Complete;
  math::Decimal threshold;
  DigestKind digest = DigestKind::Exact;

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// The text forms of the command line, the wire and the store.
[[nodiscard]] std::string_view text(Mode mode);
[[nodiscard]] std::string_view text(DigestKind kind);
[[nodiscard]] std::optional<Mode> mode_from(std::string_view text);
[[nodiscard]] std::optional<DigestKind> digest_kind_from(std::string_view text);

/// The threshold of a search that names none: every superabundant number above 2 has a ratio above 1.
[[nodiscard]] constexpr const char* default_threshold(Mode mode) { return mode == Mode::Exact ? "1" : "1.767"; }

[[nodiscard]] Parameters default_parameters(Mode mode = Mode::Complete);

}  // namespace robin::search

template <>
struct robin::core::Words<robin::search::Mode> {
  static constexpr std::array all = {search::Mode::Complete, search::Mode::Pruned, search::Mode::Exact};
};

template <>
struct robin::core::Words<robin::search::DigestKind> {
  static constexpr std::array all = {search::DigestKind::Exact, search::DigestKind::Original};
};
