#pragma once

// ArbNumber: a ball of Arb as a number with operators, for tests that compute something a second time. The precision is
// one for all. Used by one thread.

#include <string>

#include "math/arb.hpp"

#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace robin::testing_support {

inline constexpr slong arb_bits = 192;

class ArbNumber {
 public:
  ArbNumber() { arb_init(value_); }
  ArbNumber(slong number) : ArbNumber() { arb_set_si(value_, number); }  // NOLINT(google-explicit-constructor)
  explicit ArbNumber(const std::string& decimal) : ArbNumber() { arb_set_str(value_, decimal.c_str(), arb_bits); }
  ArbNumber(const ArbNumber& other) : ArbNumber() { arb_set(value_, other.value_); }
  ArbNumber(ArbNumber&& other) noexcept : ArbNumber() { arb_swap(value_, other.value_); }
  ArbNumber& operator=(const ArbNumber& other) {
    arb_set(value_, other.value_);
    return *this;
  }
  ArbNumber& operator=(ArbNumber&& other) noexcept {
    arb_swap(value_, other.value_);
    return *this;
  }
  ~ArbNumber() { arb_clear(value_); }

  [[nodiscard]] arb_ptr get() { return value_; }
  [[nodiscard]] arb_srcptr get() const { return value_; }
  [[nodiscard]] double middle() const { return arf_get_d(arb_midref(value_), ARF_RND_NEAR); }

  friend ArbNumber operator+(ArbNumber a, const ArbNumber& b) {
    arb_add(a.value_, a.value_, b.value_, arb_bits);
    return a;
  }
  friend ArbNumber operator-(ArbNumber a, const ArbNumber& b) {
    arb_sub(a.value_, a.value_, b.value_, arb_bits);
    return a;
  }
  friend ArbNumber operator*(ArbNumber a, const ArbNumber& b) {
    arb_mul(a.value_, a.value_, b.value_, arb_bits);
    return a;
  }
  friend ArbNumber operator/(ArbNumber a, const ArbNumber& b) {
    arb_div(a.value_, a.value_, b.value_, arb_bits);
    return a;
  }
  /// Certainly.
  friend bool operator<(const ArbNumber& a, const ArbNumber& b) { return arb_lt(a.value_, b.value_) != 0; }
  friend bool operator<=(const ArbNumber& a, const ArbNumber& b) { return arb_le(a.value_, b.value_) != 0; }

  [[nodiscard]] ArbNumber log() const { return of(arb_log); }
  [[nodiscard]] ArbNumber log1p() const { return of(arb_log1p); }
  [[nodiscard]] ArbNumber exp() const { return of(arb_exp); }
  [[nodiscard]] ArbNumber sqrt() const { return of(arb_sqrt); }
  [[nodiscard]] ArbNumber power(ulong exponent) const {
    ArbNumber result;
    arb_pow_ui(result.value_, value_, exponent, arb_bits);
    return result;
  }
  /// E1.
  [[nodiscard]] ArbNumber exponential_integral() const {
    ArbNumber result;
    arb_hypgeom_expint(result.value_, ArbNumber(1).value_, value_, arb_bits);
    return result;
  }
  [[nodiscard]] static ArbNumber pi() {
    ArbNumber result;
    arb_const_pi(result.value_, arb_bits);
    return result;
  }
  [[nodiscard]] static ArbNumber euler() {
    ArbNumber result;
    arb_const_euler(result.value_, arb_bits);
    return result;
  }

 private:
  using Function = void (*)(arb_t, const arb_t, slong);
  [[nodiscard]] ArbNumber of(Function function) const {
    ArbNumber result;
    function(result.value_, value_, arb_bits);
    return result;
  }

  arb_t value_;
};

}  // namespace robin::testing_support
