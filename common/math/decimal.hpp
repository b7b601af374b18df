#pragma once

// Decimal: an exact non-negative decimal fraction, such as a threshold of 1.767. Its text is canonical: equal values
// print the same. Immutable after construction.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/refusal.hpp"
#include "math/integer.hpp"

namespace robin::math {

class Decimal {
 public:
  /// Reads 2, 1.767 or 0.5, with at most 30 digits on either side of the point.
  [[nodiscard]] static core::Parsed<Decimal> parse(std::string_view text);

  /// The value is numerator / 10^scale, with the least scale that can express it.
  [[nodiscard]] const Integer& numerator() const noexcept { return numerator_; }
  [[nodiscard]] Integer denominator() const { return Integer::power(10, scale_); }
  [[nodiscard]] std::string text() const;
  /// The product of this number and share / 1000, exactly.
  [[nodiscard]] Decimal per_mille(std::uint32_t share) const;

  friend bool operator==(const Decimal&, const Decimal&) noexcept = default;

 private:
  Decimal(Integer numerator, std::uint32_t scale) : numerator_(std::move(numerator)), scale_(scale) {}

  Integer numerator_;
  std::uint32_t scale_;
};

}  // namespace robin::math
