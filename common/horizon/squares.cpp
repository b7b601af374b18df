#include "horizon/squares.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "core/contract.hpp"

namespace robin::horizon {
namespace {

using core::Refusal;
using math::Integer;
using math::Interval;

/// Up to this b = e^lambda log n theta is taken from the computation up to 10^19, above from the height.
constexpr unsigned computed_theta_up_to_power_of_10 = 30;

/// sqrt(2 b) exceeds P by a factor below 2, so an iteration gains three bits at least until nothing is left to gain.
constexpr int iterations_max = 400;

Interval half(const Arithmetic& at, const Interval& a) { return at.div(a, at.number(2)); }

/// What the sum loses because theta is not x.
struct Shape {
  const Interval& w;
  const Interval& v;
  const Interval& z;
  /// F(V) V.
  const Interval& height_at_v;
  /// The integral of F from V to Z.
  const Interval& integral;
};

/// (A): 0 <= x - theta(x) <= 1.95 sqrt x.
core::Parsed<Interval> loss_by_computation(const Arithmetic& at, const Shape& shape) {
  const std::string theorem(text_of(Input::ThetaUpTo1e19).name);
  if (!at.number(theta_computed_from).certainly_at_most(shape.v)) {
    return Refusal{"theta(x) would be needed from x = " + short_text(shape.v) + " on, and " + theorem +
                   " bounds it from " + std::to_string(theta_computed_from) + " on"};
  }
  if (!shape.z.certainly_at_most(at.number(theta_computed_to))) {
    return Refusal{"theta(x) would be needed up to x = " + short_text(shape.z) + ", and " + theorem +
                   " bounds it up to 10^19"};
  }
  const Interval constant = at.ratio(theta_computed_constant.numerator, theta_computed_constant.denominator);
  return at.mul(at.div(constant, at.sqrt(shape.v)), at.add(shape.height_at_v, half(at, shape.integral)));
}

/// (B): |theta(x) - x| <= eta x, eta = log^2 W/(8 pi sqrt W).
core::Parsed<Interval> loss_under_height(const Arithmetic& at, const Shape& shape, std::uint64_t height) {
  const std::string theorem(text_of(Input::ThetaUnderHeight).name);
  if (!at.number(theta_under_height_above).certainly_less_than(shape.w)) {
    return Refusal{"theta(x) would be needed from x = " + short_text(shape.w) + " on, and " + theorem +
                   " bounds it above " + std::to_string(theta_under_height_above)};
  }
  const Interval needed =
      at.mul(at.ratio(theta_under_height_constant.numerator, theta_under_height_constant.denominator),
             at.sqrt(at.div(shape.z, at.log(shape.z))));
  if (!needed.certainly_at_most(at.number(height))) {
    return Refusal{"theta(x) would be needed up to x = " + short_text(shape.z) + ", and " + theorem +
                   " needs zeros verified up to " + short_text(needed) + " for that"};
  }
  const Interval log_w = at.log(shape.w);
  const Interval eta = at.div(at.mul(log_w, log_w), at.mul(at.times(at.pi(), 8), at.sqrt(shape.w)));
  return at.mul(eta, at.add(at.times(shape.height_at_v, 2), shape.integral));
}

}  // namespace

Interval peak(const Interval& b, const Interval& price, const Arithmetic& at) {
  // At sqrt b the left side is too great, at sqrt(2b) too small. P is where u = sqrt((1 - 1/u)/(price log u)), so it
  // lies in what the right side makes of any enclosure of it.
  Interval u = Interval::hull(at.sqrt(b), at.sqrt(at.times(b, 2)));
  const Interval one = at.number(1);
  for (int i = 0; i < iterations_max; ++i) {
    Interval next = at.sqrt(at.div(at.sub(one, at.div(one, u)), at.mul(price, at.log(u))));
    if (!u.contains(next) || next.contains(u)) {
      break;
    }
    u = std::move(next);
  }
  return u;
}

RoundNumber theta_reach(std::uint64_t height) {
  constexpr unsigned powers = 60;
  RoundNumber best;
  for (unsigned zeros = 1; zeros < powers; ++zeros) {
    for (unsigned digit = 1; digit <= 9; ++digit) {
      const double log_x = std::log(digit) + zeros * std::log(10.0);
      if (std::log(theta_under_height_constant.value()) + (log_x - std::log(log_x)) / 2 <
          std::log(static_cast<double>(height))) {
        best = {digit, zeros};
      }
    }
  }
  return best;
}

core::Parsed<Squares> squares_beyond(const SquaresQuestion& question, const Arithmetic& at) {
  const auto& [y, b, price, tabled, height] = question;
  const bool is_computed = b.certainly_at_most(at.number(Integer::power(10, computed_theta_up_to_power_of_10)));
  const Input theta = is_computed ? Input::ThetaUpTo1e19 : Input::ThetaUnderHeight;
  const RoundNumber reach = theta_reach(height);
  const Interval end =
      is_computed ? at.number(theta_computed_to) : at.number(Integer(reach.digit) * Integer::power(10, reach.zeros));
  const Interval z = Interval::min(y, end);
  const Interval w = Interval::max(at.number(tabled), at.sqrt(b));
  // (B) uses F(W) = 0, that is W = sqrt b.
  ROBIN_ASSERT(is_computed || at.number(tabled).certainly_at_most(at.sqrt(b)), "tables end below sqrt b there");
  const Interval p = peak(b, price, at);
  const Interval v = Interval::max(p, w);
  if (!v.certainly_less_than(z)) {
    // Every term is positive: none is as true as some.
    return Squares{at.zero(), theta, false};
  }
  const Interval log_v = at.log(v);
  const Interval log_z = at.log(z);
  const Interval two = at.number(2);
  const Interval e1_v = at.e1(log_v);
  const Interval integral =
      at.sub(half(at, at.sub(e1_v, at.e1(log_z))), at.sub(at.e1(at.mul(two, log_v)), at.e1(at.mul(two, log_z))));
  const Interval one = at.number(1);
  const Interval height_at_v = at.div(at.sub(at.div(one, at.mul(two, v)), at.div(one, at.mul(v, v))), log_v);
  const Shape shape{w, v, z, height_at_v, integral};
  const auto loss = is_computed ? loss_by_computation(at, shape) : loss_under_height(at, shape, height);
  const Interval* lost = core::accepted(loss);
  if (lost == nullptr) {
    return *std::get_if<Refusal>(&loss);
  }
  Interval sum = at.sub(integral, *lost);
  if (w.certainly_less_than(p)) {
    const Interval rise = at.mul(price, at.sub(p, w));
    sum = at.add(sum, at.sub(rise, half(at, at.sub(at.e1(at.log(w)), e1_v))));
  }
  return Squares{sum, theta, true};
}

}  // namespace robin::horizon
