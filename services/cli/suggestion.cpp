#include "cli/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace robin::cli {
namespace {

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> suggestion(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::size_t distance_max = 2;
  std::optional<std::string> best;
  std::size_t best_distance = std::min(distance_max, word.size() / 2) + 1;
  for (const auto& candidate : known) {
    // At least as far apart as they differ in length: a word of any length costs nothing.
    if (std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size()) >= best_distance) {
      continue;
    }
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace robin::cli
