#include "math/decimal.hpp"

#include <optional>
#include <utility>

namespace robin::math {
namespace {

constexpr std::size_t side_digits_max = 30;

}  // namespace

core::Parsed<Decimal> Decimal::parse(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const bool empty_fraction = point != std::string_view::npos && fraction.empty();
  if (whole.size() > side_digits_max || fraction.size() > side_digits_max || empty_fraction) {
    return core::Refusal{"not a decimal number of at most 30 digits a side (write 1.767)"};
  }
  const auto digits = Integer::from_decimal(std::string(whole) + std::string(fraction));
  if (whole.empty() || !digits) {
    return core::Refusal{"not a decimal number (write 1.767)"};
  }
  const std::size_t last = fraction.find_last_not_of('0');
  const std::size_t scale = last == std::string_view::npos ? 0 : last + 1;
  return Decimal(digits->divided_exactly_by(Integer::power(10, fraction.size() - scale)),
                 static_cast<std::uint32_t>(scale));
}

Decimal Decimal::per_mille(std::uint32_t share) const {
  const Integer ten(10);
  Integer numerator = numerator_ * Integer(share);
  std::uint32_t scale = scale_ + 3;
  for (; scale > 0 && numerator.is_divisible_by(ten); --scale) {
    numerator = numerator.divided_exactly_by(ten);
  }
  return {std::move(numerator), scale};
}

std::string Decimal::text() const {
  std::string digits = numerator_.to_decimal();
  if (scale_ == 0) {
    return digits;
  }
  if (digits.size() <= scale_) {
    digits.insert(0, scale_ + 1 - digits.size(), '0');
  }
  digits.insert(digits.size() - scale_, 1, '.');
  return digits;
}

}  // namespace robin::math
