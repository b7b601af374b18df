#pragma once

// How a strategy speaks for itself: what it is and what its results say, in words and figures, so that no help, table,
// page or plot has to know its name. Values; any thread may use them.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/words.hpp"
#include "search/block.hpp"

namespace robin::search {

/// What a plot of a search shows: the certified margin on its way down, or the ratios of what was kept.
enum class Plot { Margin, Witnesses };
[[nodiscard]] constexpr std::string_view text(Plot plot) { return plot == Plot::Margin ? "margin" : "witnesses"; }

/// How help, the page and the API describe a strategy.
struct Description {
  /// What it examines or proves, in a few words: "every n".
  std::string_view examines;
  /// The inequality that its results are about: "Robin's inequality".
  std::string_view inequality;
  /// An end, in its text form, that is reached in seconds from its first position: for examples.
  std::string_view example_end;
  Plot plot;
  /// For Plot::Margin: the margin as a formula, "log(e^gamma log log n) - log(sigma(n)/n)", and the constant c such
  /// that it is about c/(sqrt(log n) log log n) if the Riemann Hypothesis holds.
  std::string_view margin = {};
  double margin_constant = 0;
};

/// A figure that a result carries beside its findings, by its name in JSON.
struct Figure {
  std::string name;
  std::variant<uint128, std::string, std::vector<std::uint64_t>, std::vector<Figure>> value;
};

/// A line for people: a label ("primes") and a text ("664,579, their sum ...").
struct Line {
  std::string label;
  std::string text;
};

struct Details {
  std::vector<Figure> figures;
  std::vector<Line> lines;
};

}  // namespace robin::search

template <>
struct robin::core::Words<robin::search::Plot> {
  static constexpr std::array all = {search::Plot::Margin, search::Plot::Witnesses};
};
