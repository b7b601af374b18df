#pragma once

// Where the horizon and certified margins speak of the same numbers: whether its bound lies below each of them, as it
// must (horizon/comparison.hpp), in JSON and in words. Used by one thread.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/certified_margins.hpp"

namespace robin::cli {

/// The horizon's bound against one certified margin.
struct Overlap {
  CertifiedMargin certified;
  math::Interval bound;
  bool agrees;
};

/// Into how narrow ranges least_bound() (horizon/comparison.hpp) cuts: a range ends a 64th or an 8th above its begin.
enum class Closeness : std::uint64_t { Close = 64, Coarse = 8 };

/// Compares the bound with each certified margin of a block that reaches into from <= log n <= to. Where the horizon
/// says nothing, it contradicts nothing.
[[nodiscard]] std::vector<Overlap> compared(const horizon::Horizon& horizon, const std::vector<CertifiedMargin>& all,
                                            const math::Interval& from, const math::Interval& to,
                                            Closeness closeness = Closeness::Close);

[[nodiscard]] bool all_agree(const std::vector<Overlap>& overlaps);

/// The comparison as JSON: blocks, to_log_n, closest_block, closest_ratio, contradictions.
[[nodiscard]] nlohmann::ordered_json json_of_overlaps(const std::vector<Overlap>& overlaps);
/// The comparison as text: one line that begins with `where` and counts the overlaps as `what`, or one line for each
/// contradiction.
[[nodiscard]] std::string text_of_overlaps(const std::vector<Overlap>& overlaps, const std::string& where,
                                           const std::string& what);

/// The margin as "1.2345e-6", or the words that there is none.
[[nodiscard]] std::string margin_text(const math::Interval& margin);

}  // namespace robin::cli
