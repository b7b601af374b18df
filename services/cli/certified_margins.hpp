#pragma once

// What a file certifies of Robin's inequality, block by block: to hold the horizon against it. The file is what
// `robin certificate --out` wrote, a store of `robin run`, or the totals that `robin certificate -o json` printed.

#include <string>
#include <vector>

#include "horizon/horizon.hpp"
#include "search/strategy.hpp"

namespace robin::cli {

struct CertifiedMargin {
  /// The block's name: "block [1048576, 2097152)".
  std::string name;
  /// log n of the block's numbers lies between these two, rounded outward.
  math::Interval log_n_from;
  math::Interval log_n_to;
  /// A lower bound of the margin at every colossally abundant number of the block.
  math::Interval margin;
};

/// Whether the strategy's certificates are about Robin's inequality, as the horizon is.
[[nodiscard]] bool is_about_robin(const search::Strategy& strategy);

/// Collects what each block certifies, for a certifier that began at position 2. Used by one thread.
class MarginsOfBlocks {
 public:
  /// Both arguments outlive this object.
  MarginsOfBlocks(const search::Strategy& strategy, const horizon::Arithmetic& at);

  /// Called after `certifier` took the block.
  void take(const search::Block& block, const search::Certifier& certifier);
  [[nodiscard]] const std::vector<CertifiedMargin>& all() const { return all_; }

 private:
  const search::Strategy& strategy_;
  const horizon::Arithmetic& at_;
  math::Interval log_n_;
  std::vector<CertifiedMargin> all_;
};

/// Joins neighbours as long as together they end at most an eighth above their begin: some hundred are left, however
/// many blocks there are.
[[nodiscard]] std::vector<CertifiedMargin> joined(const std::vector<CertifiedMargin>& all);

/// The block's name: "block [1048576, 2097152)".
[[nodiscard]] std::string name_of(const search::Strategy& strategy, const search::Block& block);

/// Reads such a file. Throws CLI::ValidationError of --from, one line that names the file, the field and the fix, or
/// runtime::Error if the file cannot be read.
[[nodiscard]] std::vector<CertifiedMargin> read_certified_margins(const std::string& path,
                                                                  const horizon::Arithmetic& at);

/// Encloses a decimal such as 12, 0.00123 or 7.1e46; refused with a reason if the text is none.
[[nodiscard]] core::Parsed<math::Interval> read_decimal(const std::string& text, const horizon::Arithmetic& at);

}  // namespace robin::cli
