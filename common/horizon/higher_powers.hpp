#pragma once

// HigherPowers: what prime powers p^k, k >= 2, p from tables, add to D(t) of ALGORITHMS.md, from below for all t in
// [y, b] at once (step 6): prefix sums, of which any query is a difference. Immutable after construction; any thread
// may ask.  Cost: half a second to make, of a query some ten microseconds.

#include <cstdint>
#include <vector>

#include "horizon/fixed_sums.hpp"

namespace robin::horizon {

class HigherPowers {
 public:
  /// The tables hold primes p below `squares_below` for k = 2, and fewer for larger k; with 0 they hold none.
  HigherPowers(std::uint64_t squares_below, const Arithmetic& at);

  /// A lower bound of the sum over p <= y and k >= 2 of the tables of min(d, c) - min(e, c), where c is the price
  /// `price` = eps(b).
  [[nodiscard]] math::Interval sum(const math::Interval& y, const math::Interval& b, const math::Interval& price) const;

  /// The greatest prime whose square is in a table; 1 if none is.
  [[nodiscard]] std::uint64_t greatest() const noexcept { return primes_.empty() ? 1 : primes_.back(); }

 private:
  /// For one k, what the first primes have: d/log p and p^k decide where a prime belongs, and are doubles rounded to
  /// the safe side.
  struct Layer {
    std::vector<double> price_lo;
    std::vector<double> price_hi;
    std::vector<double> power_lo;
    FixedSums e;
    FixedSums gain;
  };
  [[nodiscard]] Layer layer(unsigned k, std::uint64_t below, const std::vector<Fixed>& log) const;
  [[nodiscard]] math::Interval sum(const Layer& layer, std::size_t primes, double b, const math::Interval& price) const;

  Arithmetic at_;
  unsigned bits_;
  std::vector<std::uint64_t> primes_;
  /// Sums of the logarithms of the first primes.
  FixedSums theta_;
  std::vector<Layer> layers_;
};

}  // namespace robin::horizon
