#include "horizon/horizon.hpp"

#include <string>

#include "core/contract.hpp"
#include "horizon/squares.hpp"
#include "horizon/zeros.hpp"
#include "math/number_text.hpp"

namespace robin::horizon {

using core::Refusal;
using math::Interval;

core::Parsed<Horizon> Horizon::make(const HorizonOptions& options) {
  if (options.height > verified_height_max) {
    return Refusal{"no theorem says that the zeros up to height " + math::grouped(options.height) +
                   " lie on the critical line: at most " + math::grouped(verified_height_max) + " (" +
                   std::string(text_of(Input::VerifiedZeros).name) + ")"};
  }
  if (options.height < height_min) {
    return Refusal{"a height of " + std::to_string(options.height) + " proves nothing (from " +
                   std::to_string(height_min) + " on)"};
  }
  if (options.precision.value < horizon_bits_min || options.precision.value > horizon_bits_max) {
    return Refusal{"a precision of " + std::to_string(options.precision.value) + " bits is outside " +
                   std::to_string(horizon_bits_min) + " to " + std::to_string(horizon_bits_max)};
  }
  const Averaging averaging = options.averaging ? *options.averaging : best_averaging(options.height);
  ROBIN_ASSERT(averaging.terms <= terms_max && (averaging.terms == 0 || averaging.numerator > 0),
               "an averaging is over an interval");
  return Horizon(options, averaging);
}

Horizon::Horizon(const HorizonOptions& options, const Averaging& averaging)
    : at_(options.precision),
      height_(options.height),
      averaging_(averaging),
      powers_(options.squares_below, at_),
      spread_(at_.number(1)),
      inverse_spread_(at_.number(1)),
      high_zeros_(sum_over_zeros_above(height_, averaging_.terms + 2, at_)),
      curvature_(at_.zero()),
      low_zeros_(sum_over_all_zeros(at_)),
      log_two_pi_(at_.log(at_.times(at_.pi(), 2))) {
  if (averaging_.terms > 0) {
    const unsigned m = averaging_.terms;
    const Interval a = averaging_.width(at_.precision());
    const Interval lambda = at_.times(a, m);
    spread_ = at_.exp(lambda);
    inverse_spread_ = at_.over(1, spread_);
    high_zeros_ = at_.div(high_zeros_, at_.power(a, m));
    curvature_ = at_.mul(at_.power(spread_, 4), at_.div(at_.times(at_.mul(a, a), m), at_.number(6)));
  }
}

/// h(l) {c0/sqrt y + (1 + 1/y) S_(m+2)/a^m + e^(4 lambda) m a^2/6} + log(2 pi)/(y l), h(l) = 1/l + 1/l^2.
Interval Horizon::losses(const Interval& y, const Interval& log_y) const {
  const Interval inverse = at_.over(1, log_y);
  const Interval h = at_.add(inverse, at_.mul(inverse, inverse));
  const Interval low = at_.div(low_zeros_, at_.sqrt(y));
  const Interval high = at_.mul(at_.add(at_.number(1), at_.over(1, y)), high_zeros_);
  const Interval zeros = at_.mul(h, at_.add(at_.add(low, high), curvature_));
  return at_.add(zeros, at_.div(log_two_pi_, at_.mul(y, log_y)));
}

core::Parsed<Bound> Horizon::bound_between(const Interval& from, const Interval& to) const {
  ROBIN_ASSERT(at_.number(1).certainly_less_than(from) && !to.certainly_less_than(from), "1 < from <= to");
  const Interval y = at_.mul(from, inverse_spread_);
  const Interval b = at_.mul(to, spread_);
  if (!at_.number(2).certainly_less_than(y)) {
    return Refusal{"nothing is known where log n is below 2"};
  }
  const Interval price = at_.over(1, at_.mul(b, at_.log(b)));
  const Interval beyond = at_.sub(y, at_.number(1));
  // k = 1: one prime at most, of (t - 1, t], loses.
  Interval d = at_.sub(powers_.sum(y, b, price), at_.over(1, at_.times(at_.mul(beyond, beyond), 2)));
  std::optional<Input> theta;
  if (at_.number(powers_.greatest()).certainly_less_than(y)) {
    const auto answer = squares_beyond({y, b, price, powers_.greatest(), height_}, at_);
    const auto* squares = core::accepted(answer);
    if (squares == nullptr) {
      return *std::get_if<Refusal>(&answer);
    }
    d = at_.add(d, squares->sum);
    theta = squares->is_used ? std::optional(squares->theta) : std::nullopt;
  }
  Interval margin = at_.sub(d, losses(y, at_.log(y)));
  Interval factor = at_.mul(margin, at_.mul(at_.sqrt(from), at_.log(from)));
  return Bound{std::move(margin), std::move(factor), theta};
}

}  // namespace robin::horizon
