#pragma once

// What a file certifies of Robin's inequality, block by block: to hold the horizon against it. The file is what
// `robin certificate --out` wrote, a store of `robin run`, or the totals that `robin certificate -o json` printed.

#include <string>
#include <vector>

#include "horizon/horizon.hpp"

namespace robin::cli {

struct CertifiedMargin {
  /// "block [1048576, 2097152)"
  std::string name;
  /// Its numbers n have log n in between, ends rounded outward.
  math::Interval log_n_from;
  math::Interval log_n_to;
  /// At most the margin at every colossally abundant number of it.
  math::Interval margin;
};

/// Throws CLI::ValidationError of --from, in one line that names the file, the field and the fix, or runtime::Error if
/// it cannot be read.
[[nodiscard]] std::vector<CertifiedMargin> read_certified_margins(const std::string& path,
                                                                  const horizon::Arithmetic& at);

/// A decimal such as 12, 0.00123 or 7.1e46, as an enclosure; refused with a reason.
[[nodiscard]] core::Parsed<math::Interval> read_decimal(const std::string& text, const horizon::Arithmetic& at);

}  // namespace robin::cli
