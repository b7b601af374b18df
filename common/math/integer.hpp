#pragma once

// Integer: an exact integer of any size, a true value over GMP's mpz_t. Results are never rounded and never overflow.
// Distinct objects may be used by distinct threads; one object by one thread at a time.
// Reference: the GMP manual, "Integer Functions".

#include <gmp.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/wide_integer.hpp"

namespace robin::math {

using core::int128;
using core::uint128;

class Integer {
 public:
  Integer() noexcept { mpz_init(value_); }
  Integer(std::uint64_t value) noexcept { mpz_init_set_ui(value_, value); }  // NOLINT(google-explicit-constructor)
  Integer(const Integer& other) noexcept { mpz_init_set(value_, other.value_); }
  Integer(Integer&& other) noexcept {
    mpz_init(value_);
    mpz_swap(value_, other.value_);
  }
  Integer& operator=(const Integer& other) noexcept {
    mpz_set(value_, other.value_);
    return *this;
  }
  Integer& operator=(Integer&& other) noexcept {
    mpz_swap(value_, other.value_);
    return *this;
  }
  ~Integer() { mpz_clear(value_); }

  [[nodiscard]] static Integer from_uint128(uint128 value);

  /// Reads plain decimal digits, nothing else. Cost: quasi-linear in the length.
  [[nodiscard]] static std::optional<Integer> from_decimal(std::string_view digits);

  /// base^exponent.
  [[nodiscard]] static Integer power(const Integer& base, std::uint64_t exponent);

  Integer& operator+=(const Integer& other) noexcept;
  Integer& operator-=(const Integer& other) noexcept;
  Integer& operator*=(const Integer& other) noexcept;

  friend Integer operator+(Integer a, const Integer& b) noexcept { return a += b; }
  friend Integer operator-(Integer a, const Integer& b) noexcept { return a -= b; }
  friend Integer operator*(Integer a, const Integer& b) noexcept { return a *= b; }

  /// this / divisor where the division is known to leave no remainder (asserted).
  [[nodiscard]] Integer divided_exactly_by(const Integer& divisor) const;
  /// The greatest integer <= this / divisor, divisor > 0 (asserted).
  [[nodiscard]] Integer floor_divided_by(const Integer& divisor) const;
  [[nodiscard]] bool is_divisible_by(const Integer& divisor) const noexcept;

  friend bool operator==(const Integer& a, const Integer& b) noexcept { return mpz_cmp(a.value_, b.value_) == 0; }
  friend std::strong_ordering operator<=>(const Integer& a, const Integer& b) noexcept {
    return mpz_cmp(a.value_, b.value_) <=> 0;
  }

  [[nodiscard]] bool fits_uint64() const noexcept { return mpz_sgn(value_) >= 0 && mpz_sizeinbase(value_, 2) <= 64; }
  /// Asserts fits_uint64().
  [[nodiscard]] std::uint64_t to_uint64() const;
  /// nullopt if negative or 2^128 and beyond.
  [[nodiscard]] std::optional<uint128> to_uint128() const;

  /// Bits of the absolute value; 1 for zero.
  [[nodiscard]] std::size_t bit_length() const noexcept { return mpz_sizeinbase(value_, 2); }
  /// Decimal digits of the absolute value, exactly.
  [[nodiscard]] std::size_t decimal_digits() const;
  [[nodiscard]] std::string to_decimal() const;

  /// The GMP value, for this library's own sources only.
  [[nodiscard]] const mpz_t& gmp() const noexcept { return value_; }
  [[nodiscard]] mpz_t& gmp() noexcept { return value_; }

 private:
  mpz_t value_;
};

}  // namespace robin::math
