#include "math/number_text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "math/decimal.hpp"

namespace robin::math {
namespace {

constexpr std::size_t quoted_length_max = 60;

std::string quoted(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, quoted_length_max)) {
    shown += c >= ' ' && c <= '~' ? c : '?';
  }
  return "'" + shown + (text.size() > quoted_length_max ? "...'" : "'");
}

core::Refusal not_an_integer(std::string_view text) {
  return {quoted(text) + " is not an integer (write 123, 1e12 or 2^40)"};
}

core::Refusal too_long() { return {"the integer has more than " + std::to_string(decimal_digits_max) + " digits"}; }

/// base * 10^exponent for "1e12", base^exponent for "2^40".
core::Parsed<Integer> with_exponent(std::string_view text, std::size_t operator_at) {
  const auto left = Integer::from_decimal(text.substr(0, operator_at));
  const auto right = Integer::from_decimal(text.substr(operator_at + 1));
  if (!left || !right) {
    return not_an_integer(text);
  }
  const bool scientific = text[operator_at] != '^';
  const Integer base = scientific ? Integer(10) : *left;
  if (base > Integer(1) && *right > Integer(4 * decimal_digits_max)) {
    return too_long();
  }
  if (base <= Integer(1)) {
    return *right == Integer(0) ? Integer(1) : base;
  }
  const std::uint64_t exponent = right->to_uint64();
  if ((base.bit_length() - 1) * exponent > 4 * decimal_digits_max) {
    return too_long();
  }
  Integer value = Integer::power(base, exponent);
  return scientific ? *left * value : value;
}

}  // namespace

core::Parsed<Integer> parse_integer(std::string_view text) {
  if (text.size() > decimal_digits_max) {
    return too_long();
  }
  const std::size_t operator_at = text.find_first_of("eE^");
  if (operator_at != std::string_view::npos) {
    auto value = with_exponent(text, operator_at);
    const auto* integer = core::accepted(value);
    return integer != nullptr && integer->decimal_digits() > decimal_digits_max ? core::Parsed<Integer>(too_long())
                                                                                : value;
  }
  auto value = Integer::from_decimal(text);
  return value ? core::Parsed<Integer>(*std::move(value)) : not_an_integer(text);
}

core::Parsed<double> parse_share(std::string_view text) {
  const core::Refusal refusal{quoted(text) + " is no share from 0% to 100%"};
  if (text.empty() || text.back() != '%') {
    return refusal;
  }
  const auto parsed = Decimal::parse(text.substr(0, text.size() - 1));
  const Decimal* percent = core::accepted(parsed);
  if (percent == nullptr || percent->numerator() > percent->denominator() * Integer(100)) {
    return refusal;
  }
  return std::stod(percent->text()) / 100;
}

std::string grouped(uint128 value) {
  std::string digits = Integer::from_uint128(value).to_decimal();
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string cut(std::string_view decimal, int digits) {
  std::size_t length = 0;
  bool has_begun = false;
  for (; length < decimal.size() && (digits > 0 || decimal.substr(0, length).find('.') == std::string_view::npos);
       ++length) {
    const bool is_digit = '0' <= decimal[length] && decimal[length] <= '9';
    has_begun = has_begun || (is_digit && decimal[length] != '0');
    digits -= is_digit && has_begun ? 1 : 0;
  }
  return std::string(decimal.substr(0, length));
}

std::string scientific(std::string_view decimal, int digits) {
  const auto point = std::min(decimal.find('.'), decimal.size());
  std::string all(decimal.substr(0, point));
  all += decimal.substr(std::min(point + 1, decimal.size()));
  const auto first = all.find_first_not_of('0');
  if (first == std::string::npos) {
    return "0";
  }
  const auto exponent = static_cast<std::ptrdiff_t>(point) - static_cast<std::ptrdiff_t>(first) - 1;
  std::string kept = all.substr(first, static_cast<std::size_t>(digits));
  kept.erase(kept.find_last_not_of('0') + 1);
  if (kept.size() > 1) {
    kept.insert(1, ".");
  }
  return kept + "e" + std::to_string(exponent);
}

}  // namespace robin::math
