#pragma once

// The tours of documents: blocks of ```console in which lines that begin with "$ robin" are commands and the others are
// what they print. A tour is compared by its shape: numbers, times and names of machines may differ; words and their
// order may not. A line "..." stands for any lines.

#include <string>
#include <vector>

namespace robin::testing_support {

struct TourStep {
  /// The words behind "robin", as a shell would split them.
  std::vector<std::string> arguments;
  std::string output;
};

/// The steps of the block below the given heading of a Markdown file. Throws if there is none.
[[nodiscard]] std::vector<TourStep> tour_of(const std::string& file, const std::string& heading);

/// The text with one sign in place of each number, time, digest and name of a worker.
[[nodiscard]] std::string shape_of(const std::string& text);

/// Whether `actual` has the shape that is shown.
[[nodiscard]] bool has_shape(const std::string& actual, const std::string& shown);

}  // namespace robin::testing_support
