#pragma once

// ExponentTable: per prime and exponent the logarithms and the abundancy of p^e, and the same cumulated over primes
// with exponent 1: what every walk over exponent patterns adds up. Immutable after construction.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace robin::search {

/// Each number in it is within 2^-50 of the true value, relatively, and not above it.
class ExponentTable {
 public:
  /// For levels up to `level`.  Cost: O(level log level) enclosures.
  explicit ExponentTable(std::uint32_t level);

  struct Entry {
    /// e log p.
    double log;
    /// sigma(p^e)/p^e and its logarithm.
    double abundancy;
    double log_abundancy;
  };

  /// The i-th prime (from 0) to the power e <= exponent_max(i).
  [[nodiscard]] const Entry& power(std::size_t i, std::uint32_t e) const noexcept { return entries_[rows_[i] + e]; }
  /// The greatest exponent of the i-th prime: i + 1 primes have exponents that do not increase, so the last one's is at
  /// most level / (i + 1).
  [[nodiscard]] std::uint32_t exponent_max(std::size_t i) const noexcept {
    return level() / static_cast<std::uint32_t>(i + 1);
  }
  /// The first `count` primes, each to the power 1.
  [[nodiscard]] const Entry& primorial(std::size_t count) const noexcept { return cumulated_[count]; }
  /// Primes number begin to end - 1, each to the power 1.
  struct Ones {
    double log;
    double abundancy;
  };
  [[nodiscard]] Ones ones(std::size_t begin, std::size_t end) const noexcept {
    return {cumulated_[end].log - cumulated_[begin].log, cumulated_[end].abundancy * inverse_[begin]};
  }
  [[nodiscard]] const std::vector<std::uint64_t>& primes() const noexcept { return primes_; }
  [[nodiscard]] std::uint32_t level() const noexcept { return static_cast<std::uint32_t>(primes_.size()); }

 private:
  std::vector<std::uint64_t> primes_;
  std::vector<std::size_t> rows_;
  std::vector<Entry> entries_;
  std::vector<Entry> cumulated_;
  std::vector<double> inverse_;
};

}  // namespace robin::search
