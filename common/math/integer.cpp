#include "math/integer.hpp"

#include <algorithm>

#include "core/contract.hpp"

namespace robin::math {

Integer Integer::from_uint128(uint128 value) {
  Integer result(static_cast<std::uint64_t>(value >> 64U));
  mpz_mul_2exp(result.value_, result.value_, 64);
  mpz_add_ui(result.value_, result.value_, static_cast<std::uint64_t>(value));
  return result;
}

std::optional<Integer> Integer::from_decimal(std::string_view digits) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return std::nullopt;
  }
  Integer result;
  const std::string terminated(digits);
  ROBIN_ASSERT(mpz_set_str(result.value_, terminated.c_str(), 10) == 0, "GMP reads any run of digits");
  return result;
}

Integer Integer::power(const Integer& base, std::uint64_t exponent) {
  Integer result;
  mpz_pow_ui(result.value_, base.value_, exponent);
  return result;
}

Integer& Integer::operator+=(const Integer& other) noexcept {
  mpz_add(value_, value_, other.value_);
  return *this;
}

Integer& Integer::operator-=(const Integer& other) noexcept {
  mpz_sub(value_, value_, other.value_);
  return *this;
}

Integer& Integer::operator*=(const Integer& other) noexcept {
  mpz_mul(value_, value_, other.value_);
  return *this;
}

Integer Integer::divided_exactly_by(const Integer& divisor) const {
  ROBIN_ASSERT(is_divisible_by(divisor), "an exact division leaves no remainder");
  Integer result;
  mpz_divexact(result.value_, value_, divisor.value_);
  return result;
}

Integer Integer::floor_divided_by(const Integer& divisor) const {
  ROBIN_ASSERT(mpz_sgn(divisor.value_) > 0, "the divisor is positive");
  Integer quotient;
  mpz_fdiv_q(quotient.value_, value_, divisor.value_);
  return quotient;
}

bool Integer::is_divisible_by(const Integer& divisor) const noexcept {
  return mpz_divisible_p(value_, divisor.value_) != 0;
}

std::uint64_t Integer::to_uint64() const {
  ROBIN_ASSERT(fits_uint64(), "the integer fits 64 bits");
  return mpz_get_ui(value_);
}

std::optional<uint128> Integer::to_uint128() const {
  if (mpz_sgn(value_) < 0 || bit_length() > 128) {
    return std::nullopt;
  }
  const uint128 low = mpz_getlimbn(value_, 0);
  const uint128 high = mpz_getlimbn(value_, 1);
  return (high << 64U) | low;
}

std::size_t Integer::decimal_digits() const {
  // mpz_sizeinbase may be one too big for bases that are no power of two.
  const std::size_t upper = mpz_sizeinbase(value_, 10);
  if (upper == 1) {
    return 1;
  }
  return mpz_cmpabs(value_, power(10, upper - 1).value_) >= 0 ? upper : upper - 1;
}

std::string Integer::to_decimal() const {
  std::string text(mpz_sizeinbase(value_, 10) + 2, '\0');
  mpz_get_str(text.data(), 10, value_);
  text.resize(text.find('\0'));
  return text;
}

}  // namespace robin::math
