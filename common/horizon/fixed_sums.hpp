#pragma once

// FixedSums: sums of the first numbers of a sequence, in fixed point, each with a bound of its error, so that the sum
// of any run of them is a difference. Immutable once filled; then any thread may ask.

#include <cstdint>
#include <vector>

#include "horizon/arithmetic.hpp"

namespace robin::horizon {

/// A number in [lower, lower + error], in units of 2^-bits.
struct Fixed {
  math::Integer lower;
  std::uint64_t error;
};

/// Encloses log((den + num)/(den - num)) = 2 artanh(num/den), for 0 < num and 3 num <= den.
[[nodiscard]] Fixed two_artanh(const math::Integer& num, const math::Integer& den, unsigned bits);

class FixedSums {
 public:
  explicit FixedSums(unsigned bits) : bits_(bits), lower_(1), error_(1) {}

  void add(const Fixed& number);
  [[nodiscard]] std::size_t size() const noexcept { return lower_.size() - 1; }
  /// The sum of all numbers.
  [[nodiscard]] Fixed total() const { return {lower_.back(), error_.back()}; }
  /// The sum of the numbers with indices in [begin, end).
  [[nodiscard]] math::Interval between(std::size_t begin, std::size_t end, const Arithmetic& at) const;

 private:
  unsigned bits_;
  std::vector<math::Integer> lower_;
  std::vector<std::uint64_t> error_;
};

}  // namespace robin::horizon
