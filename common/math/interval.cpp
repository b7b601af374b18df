#include "math/interval.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/contract.hpp"

namespace robin::math {
namespace {

constexpr long precision_bits_max = 1'000'000;

/// sign, digits and exponent of MPFR as plain notation: 0.00123, 1.23, 123000.
std::string plain_decimal(mpfr_srcptr value, int digits, mpfr_rnd_t rounding) {
  if (mpfr_zero_p(value) != 0) {
    return "0";
  }
  ROBIN_ASSERT(mpfr_number_p(value) != 0, "only finite ends have digits");
  mpfr_exp_t exponent = 0;
  const std::unique_ptr<char, decltype(&mpfr_free_str)> raw(
      mpfr_get_str(nullptr, &exponent, 10, static_cast<std::size_t>(digits), value, rounding), &mpfr_free_str);
  std::string text(raw.get());
  const bool negative = text.front() == '-';
  if (negative) {
    text.erase(0, 1);
  }
  const auto length = static_cast<mpfr_exp_t>(text.size());
  if (exponent <= 0) {
    text.insert(0, "0." + std::string(static_cast<std::size_t>(-exponent), '0'));
  } else if (exponent < length) {
    text.insert(static_cast<std::size_t>(exponent), 1, '.');
  } else {
    text.append(static_cast<std::size_t>(exponent - length), '0');
  }
  return negative ? "-" + text : text;
}

/// value 2^bits as an integer. Multiplying by a power of two is exact, so only the last step rounds.
Integer scaled_end(mpfr_srcptr value, unsigned bits, mpfr_rnd_t rounding) {
  ROBIN_ASSERT(mpfr_number_p(value) != 0, "only finite ends have digits");
  mpfr_t scaled;
  mpfr_init2(scaled, mpfr_get_prec(value));
  mpfr_mul_2ui(scaled, value, bits, MPFR_RNDN);
  Integer result;
  mpfr_get_z(result.gmp(), scaled, rounding);
  mpfr_clear(scaled);
  return result;
}

}  // namespace

Interval::Interval(PrecisionBits precision) {
  ROBIN_ASSERT(precision.value >= 2 && precision.value <= precision_bits_max, "precision within bounds");
  mpfi_init2(value_, precision.value);
  mpfi_set_ui(value_, 0);
}

Interval::Interval(const Interval& other) {
  mpfi_init2(value_, mpfi_get_prec(other.value_));
  mpfi_set(value_, other.value_);
}

Interval::Interval(Interval&& other) noexcept {
  mpfi_init2(value_, MPFR_PREC_MIN);
  mpfi_swap(value_, other.value_);
}

Interval& Interval::operator=(const Interval& other) {
  if (this != &other) {
    mpfi_set_prec(value_, mpfi_get_prec(other.value_));
    mpfi_set(value_, other.value_);
  }
  return *this;
}

Interval& Interval::operator=(Interval&& other) noexcept {
  mpfi_swap(value_, other.value_);
  return *this;
}

Interval::~Interval() { mpfi_clear(value_); }

Interval Interval::from(const Integer& value, PrecisionBits precision) {
  Interval result(precision);
  mpfi_set_z(result.value_, value.gmp());
  return result;
}

Interval Interval::from_ratio(const Integer& numerator, const Integer& denominator, PrecisionBits precision) {
  ROBIN_ASSERT(denominator > Integer(0), "a ratio has a positive denominator");
  const Interval exact = from(numerator, {static_cast<long>(numerator.bit_length() + 1)});
  Interval result(precision);
  mpfi_div_z(result.value_, exact.value_, denominator.gmp());
  return result;
}

Interval Interval::from(const Decimal& value, PrecisionBits precision) {
  return from_ratio(value.numerator(), value.denominator(), precision);
}

Interval Interval::euler_gamma(PrecisionBits precision) {
  Interval result(precision);
  mpfi_const_euler(result.value_);
  return result;
}

Interval Interval::pi(PrecisionBits precision) {
  Interval result(precision);
  mpfi_const_pi(result.value_);
  return result;
}

Interval Interval::add(const Interval& a, const Interval& b, PrecisionBits precision) {
  Interval result(precision);
  mpfi_add(result.value_, a.value_, b.value_);
  return result;
}

Interval Interval::sub(const Interval& a, const Interval& b, PrecisionBits precision) {
  Interval result(precision);
  mpfi_sub(result.value_, a.value_, b.value_);
  return result;
}

Interval Interval::mul(const Interval& a, const Interval& b, PrecisionBits precision) {
  Interval result(precision);
  mpfi_mul(result.value_, a.value_, b.value_);
  return result;
}

Interval Interval::mul(const Interval& a, std::uint64_t factor, PrecisionBits precision) {
  Interval result(precision);
  mpfi_mul_ui(result.value_, a.value_, factor);
  return result;
}

Interval Interval::div(const Interval& a, const Interval& b, PrecisionBits precision) {
  ROBIN_ASSERT(b.certainly_positive() || b.certainly_negative(), "the divisor certainly is not zero");
  Interval result(precision);
  mpfi_div(result.value_, a.value_, b.value_);
  return result;
}

Interval Interval::hull(const Interval& a, const Interval& b) {
  Interval result({std::max(mpfi_get_prec(a.value_), mpfi_get_prec(b.value_))});
  mpfi_union(result.value_, a.value_, b.value_);
  return result;
}

Interval Interval::log(const Interval& a, PrecisionBits precision) {
  ROBIN_ASSERT(a.certainly_positive(), "log needs a positive enclosure");
  Interval result(precision);
  if (mpfr_equal_p(&a.value_->left, &a.value_->right) != 0) {
    // Of a point one logarithm tells both ends: MPFR rounds correctly, so the upper end is the next number above.
    const int rounded = mpfr_log(&result.value_->left, &a.value_->left, MPFR_RNDD);
    mpfr_set(&result.value_->right, &result.value_->left, MPFR_RNDN);
    if (rounded != 0) {
      mpfr_nextabove(&result.value_->right);
    }
  } else {
    mpfi_log(result.value_, a.value_);
  }
  return result;
}

Interval Interval::exp(const Interval& a, PrecisionBits precision) {
  Interval result(precision);
  mpfi_exp(result.value_, a.value_);
  return result;
}

Interval Interval::sqrt(const Interval& a, PrecisionBits precision) {
  ROBIN_ASSERT(a.certainly_positive(), "sqrt needs a positive enclosure");
  Interval result(precision);
  mpfi_sqrt(result.value_, a.value_);
  return result;
}

Interval Interval::exponential_integral(const Interval& a, PrecisionBits precision) {
  ROBIN_ASSERT(a.certainly_positive(), "E1 needs a positive enclosure");
  // E1(z) = -Ei(-z) falls, and MPFR rounds Ei of a negative number correctly (since its version 4).
  Interval result(precision);
  Interval negated({mpfi_get_prec(a.value_)});
  mpfi_neg(negated.value_, a.value_);
  mpfr_eint(&result.value_->left, &negated.value_->left, MPFR_RNDU);
  mpfr_eint(&result.value_->right, &negated.value_->right, MPFR_RNDD);
  mpfr_neg(&result.value_->left, &result.value_->left, MPFR_RNDN);
  mpfr_neg(&result.value_->right, &result.value_->right, MPFR_RNDN);
  return result;
}

Interval Interval::min(const Interval& a, const Interval& b) {
  Interval result({std::max(mpfi_get_prec(a.value_), mpfi_get_prec(b.value_))});
  mpfr_min(&result.value_->left, &a.value_->left, &b.value_->left, MPFR_RNDD);
  mpfr_min(&result.value_->right, &a.value_->right, &b.value_->right, MPFR_RNDU);
  return result;
}

Interval Interval::max(const Interval& a, const Interval& b) {
  Interval result({std::max(mpfi_get_prec(a.value_), mpfi_get_prec(b.value_))});
  mpfr_max(&result.value_->left, &a.value_->left, &b.value_->left, MPFR_RNDD);
  mpfr_max(&result.value_->right, &a.value_->right, &b.value_->right, MPFR_RNDU);
  return result;
}

bool Interval::certainly_less_than(const Interval& other) const {
  return mpfr_less_p(&value_->right, &other.value_->left) != 0;
}

bool Interval::certainly_at_most(const Interval& other) const {
  return mpfr_lessequal_p(&value_->right, &other.value_->left) != 0;
}

bool Interval::certainly_positive() const { return mpfr_cmp_ui(&value_->left, 0) > 0; }

bool Interval::certainly_negative() const { return mpfr_cmp_ui(&value_->right, 0) < 0; }

bool Interval::is_finite() const { return mpfi_bounded_p(value_) != 0; }

bool Interval::contains_ratio(const Integer& numerator, const Integer& denominator) const {
  // lo <= n/d <= hi  iff  lo d <= n <= hi d, with products wide enough to be exact.
  ROBIN_ASSERT(denominator > Integer(0), "a ratio has a positive denominator");
  mpfr_t scaled;
  mpfr_init2(scaled, mpfi_get_prec(value_) + static_cast<mpfr_prec_t>(denominator.bit_length()) + 1);
  const bool exact_low = mpfr_mul_z(scaled, &value_->left, denominator.gmp(), MPFR_RNDN) == 0;
  const bool low_holds = mpfr_cmp_z(scaled, numerator.gmp()) <= 0;
  const bool exact_high = mpfr_mul_z(scaled, &value_->right, denominator.gmp(), MPFR_RNDN) == 0;
  const bool high_holds = mpfr_cmp_z(scaled, numerator.gmp()) >= 0;
  mpfr_clear(scaled);
  ROBIN_ASSERT(exact_low && exact_high, "the products are exact");
  return low_holds && high_holds;
}

bool Interval::contains(const Interval& inner) const { return mpfi_is_inside(inner.value_, value_) > 0; }

Interval Interval::upper_point() const {
  Interval result({mpfi_get_prec(value_)});
  mpfi_set_fr(result.value_, &value_->right);
  return result;
}

double Interval::lower_double() const { return mpfr_get_d(&value_->left, MPFR_RNDD); }
double Interval::upper_double() const { return mpfr_get_d(&value_->right, MPFR_RNDU); }
double Interval::lower_end_to_nearest() const { return mpfr_get_d(&value_->left, MPFR_RNDN); }
double Interval::upper_end_to_nearest() const { return mpfr_get_d(&value_->right, MPFR_RNDN); }

Integer Interval::lower_scaled(unsigned bits) const { return scaled_end(&value_->left, bits, MPFR_RNDD); }
Integer Interval::upper_scaled(unsigned bits) const { return scaled_end(&value_->right, bits, MPFR_RNDU); }

std::string Interval::lower_decimal(int digits) const { return plain_decimal(&value_->left, digits, MPFR_RNDD); }
std::string Interval::upper_decimal(int digits) const { return plain_decimal(&value_->right, digits, MPFR_RNDU); }

}  // namespace robin::math
