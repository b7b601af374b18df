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

/// How narrow the ranges are in which the bound is taken, as in least_bound().
enum class Closeness : std::uint64_t { Close = 64, Coarse = 8 };

/// Of those that reach into from <= log n <= to. Where the horizon says nothing it contradicts nothing.
[[nodiscard]] std::vector<Overlap> compared(const horizon::Horizon& horizon, const std::vector<CertifiedMargin>& all,
                                            const math::Interval& from, const math::Interval& to,
                                            Closeness closeness = Closeness::Close);

[[nodiscard]] bool all_agree(const std::vector<Overlap>& overlaps);

/// Keys blocks, to_log_n, closest_block, closest_ratio, contradictions.
[[nodiscard]] nlohmann::ordered_json json_of_overlaps(const std::vector<Overlap>& overlaps);
/// One line that begins with `where` and counts `what`, or one for each contradiction.
[[nodiscard]] std::string text_of_overlaps(const std::vector<Overlap>& overlaps, const std::string& where,
                                           const std::string& what);

/// "1.2345e-6", or that there is none.
[[nodiscard]] std::string margin_text(const math::Interval& margin);

}  // namespace robin::cli
