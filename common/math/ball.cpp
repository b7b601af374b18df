#include "math/ball.hpp"

namespace robin::math {
namespace {

using Bound = void (*)(arf_t, const arb_t, slong);

Integer end_of(arb_srcptr ball, slong bits, Bound bound, arf_rnd_t rounding) {
  arf_t value;
  fmpz_t whole;
  arf_init(value);
  fmpz_init(whole);
  bound(value, ball, ball_bits);
  arf_mul_2exp_si(value, value, bits);
  arf_get_fmpz(whole, value, rounding);
  Integer result;
  fmpz_get_mpz(result.gmp(), whole);
  fmpz_clear(whole);
  arf_clear(value);
  return result;
}

}  // namespace

void Ball::set_between(const Integer& lo, const Integer& hi, slong bits) {
  Ball other;
  fmpz_t whole;
  fmpz_init(whole);
  fmpz_set_mpz(whole, lo.gmp());
  arb_set_fmpz(value_, whole);
  fmpz_set_mpz(whole, hi.gmp());
  arb_set_fmpz(other, whole);
  fmpz_clear(whole);
  arb_union(value_, value_, other, ball_bits);
  arb_mul_2exp_si(value_, value_, -bits);
}

Integer Ball::lower(slong bits) const { return end_of(value_, bits, &arb_get_lbound_arf, ARF_RND_FLOOR); }
Integer Ball::upper(slong bits) const { return end_of(value_, bits, &arb_get_ubound_arf, ARF_RND_CEIL); }

}  // namespace robin::math
