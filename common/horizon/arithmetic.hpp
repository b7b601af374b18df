#pragma once

// Arithmetic: the operations of math::Interval at one precision, so that a formula reads as it is written. Distinct
// objects may be used by distinct threads.

#include <cstdint>
#include <string>

#include "math/interval.hpp"

namespace robin::horizon {

/// The lower end of a number with six digits, for people.
[[nodiscard]] std::string short_text(const math::Interval& value);

class Arithmetic {
 public:
  explicit Arithmetic(math::PrecisionBits precision) : precision_(precision) {}

  [[nodiscard]] math::PrecisionBits precision() const noexcept { return precision_; }

  [[nodiscard]] math::Interval zero() const { return math::Interval(precision_); }
  [[nodiscard]] math::Interval number(const math::Integer& value) const { return Interval::from(value, precision_); }
  [[nodiscard]] math::Interval ratio(const math::Integer& a, const math::Integer& b) const {
    return Interval::from_ratio(a, b, precision_);
  }
  [[nodiscard]] math::Interval pi() const { return Interval::pi(precision_); }
  [[nodiscard]] math::Interval gamma() const { return Interval::euler_gamma(precision_); }

  [[nodiscard]] math::Interval add(const math::Interval& a, const math::Interval& b) const {
    return Interval::add(a, b, precision_);
  }
  [[nodiscard]] math::Interval sub(const math::Interval& a, const math::Interval& b) const {
    return Interval::sub(a, b, precision_);
  }
  [[nodiscard]] math::Interval mul(const math::Interval& a, const math::Interval& b) const {
    return Interval::mul(a, b, precision_);
  }
  [[nodiscard]] math::Interval times(const math::Interval& a, std::uint64_t factor) const {
    return Interval::mul(a, factor, precision_);
  }
  [[nodiscard]] math::Interval div(const math::Interval& a, const math::Interval& b) const {
    return Interval::div(a, b, precision_);
  }
  [[nodiscard]] math::Interval over(std::uint64_t a, const math::Interval& b) const { return div(number(a), b); }
  [[nodiscard]] math::Interval log(const math::Interval& a) const { return Interval::log(a, precision_); }
  [[nodiscard]] math::Interval exp(const math::Interval& a) const { return Interval::exp(a, precision_); }
  [[nodiscard]] math::Interval sqrt(const math::Interval& a) const { return Interval::sqrt(a, precision_); }
  [[nodiscard]] math::Interval e1(const math::Interval& a) const {
    return Interval::exponential_integral(a, precision_);
  }
  /// a^exponent.
  [[nodiscard]] math::Interval power(const math::Interval& a, unsigned exponent) const {
    math::Interval result = number(1);
    for (unsigned i = 0; i < exponent; ++i) {
      result = mul(result, a);
    }
    return result;
  }

 private:
  using Interval = math::Interval;
  math::PrecisionBits precision_;
};

}  // namespace robin::horizon
