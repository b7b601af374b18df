#pragma once

// What a file certifies of Robin's inequality, block by block: to hold the horizon against it. The file is what
// `robin certificate --out` wrote, a store of `robin run`, or the totals that `robin certificate -o json` printed.

#include <string>
#include <vector>

#include "horizon/horizon.hpp"
#include "search/strategy.hpp"

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

/// Whether it certifies what the horizon speaks of.
[[nodiscard]] bool is_about_robin(const search::Strategy& strategy);

/// What each block certifies that a certifier takes from position 2 on. Used by one thread.
class MarginsOfBlocks {
 public:
  /// Both outlive it.
  MarginsOfBlocks(const search::Strategy& strategy, const horizon::Arithmetic& at);

  /// After the certifier took the block.
  void take(const search::Block& block, const search::Certifier& certifier);
  [[nodiscard]] const std::vector<CertifiedMargin>& all() const { return all_; }

 private:
  const search::Strategy& strategy_;
  const horizon::Arithmetic& at_;
  math::Interval log_n_;
  std::vector<CertifiedMargin> all_;
};

/// Neighbours as one, as long as together they end at most an eighth above their begin: some hundred, however many
/// blocks there are.
[[nodiscard]] std::vector<CertifiedMargin> joined(const std::vector<CertifiedMargin>& all);

/// "block [1048576, 2097152)"
[[nodiscard]] std::string name_of(const search::Strategy& strategy, const search::Block& block);

/// Throws CLI::ValidationError of --from, in one line that names the file, the field and the fix, or runtime::Error if
/// it cannot be read.
[[nodiscard]] std::vector<CertifiedMargin> read_certified_margins(const std::string& path,
                                                                  const horizon::Arithmetic& at);

/// A decimal such as 12, 0.00123 or 7.1e46, as an enclosure; refused with a reason.
[[nodiscard]] core::Parsed<math::Interval> read_decimal(const std::string& text, const horizon::Arithmetic& at);

}  // namespace robin::cli
