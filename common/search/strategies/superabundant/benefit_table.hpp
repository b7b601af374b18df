#pragma once

// BenefitTable: what can still be gained. Put a price eps on size; then the benefit of p^a is
//     f(p, a) = log(sigma(p^a)/p^a) - eps a log p,
// and the benefits of all prime powers of n add up to log(sigma(n)/n) - eps log n. For some prices the table holds the
// greatest sum that the primes from any one on can reach with any number of factors: so it bounds every completion of a
// prefix of exponents. Immutable after construction. Reference: J.-L. Nicolas, G. Robin, "Majorations explicites pour
// le nombre de diviseurs de n", Canad. Math. Bull. 26 (1983) 485-492. ALGORITHMS.md, "The pruned search".

#include <array>
#include <cstdint>
#include <vector>

#include "search/strategies/superabundant/exponent_table.hpp"

namespace robin::search {

class BenefitTable {
 public:
  /// Bound of the error of log(sigma(n)/n), of log n times a price, and of any sum of benefits: see ALGORITHMS.md.
  static constexpr double slack = 1e-9;
  static constexpr std::size_t prices = 5;

  /// For patterns of `level` factors, 1 <= level <= table.level().
  /// Cost: O(level^2 log level); memory: 40 (level + 1)^2 bytes.
  BenefitTable(const ExponentTable& table, std::uint32_t level);

  [[nodiscard]] std::uint32_t level() const noexcept { return level_; }
  /// The prices, descending.
  [[nodiscard]] double price(std::size_t k) const noexcept { return prices_[k]; }
  /// At price k, the greatest sum of benefits of primes number i (from 0) and up with m factors together;
  /// i + m <= level.
  [[nodiscard]] double greatest(std::size_t k, std::size_t i, std::uint32_t m) const noexcept {
    return greatest_[(i * (level_ + std::size_t{1}) + m) * prices + k];
  }
  /// At least -log log log n for log n = `log_n`: the chords of that convex function between whole numbers.
  /// Requires 3 <= log_n < log of the product of the first `level` primes + 1 (unchecked).
  [[nodiscard]] double bar_above(double log_n) const noexcept {
    const auto whole = static_cast<std::size_t>(log_n);
    return bars_[whole] + (bars_[whole + 1] - bars_[whole]) * (log_n - static_cast<double>(whole));
  }

 private:
  std::uint32_t level_;
  std::array<double, prices> prices_{};
  std::vector<double> greatest_;
  std::vector<double> bars_;
};

}  // namespace robin::search
