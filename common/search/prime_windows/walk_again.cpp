#include "search/prime_windows/walk_again.hpp"

#include "math/ball.hpp"
#include "math/prime_sums.hpp"

namespace robin::search::prime_windows {
namespace {

using math::Ball;
using math::ball_bits;
using math::EulerFactor;
using math::Integer;

Integer wide(uint128 value) { return Integer::from_uint128(value); }

/// Signed, in units of 2^-96.
void set_claim(Ball& ball, int128 claimed) {
  const Integer magnitude = wide(static_cast<uint128>(claimed < 0 ? -claimed : claimed));
  ball.set_between(magnitude, magnitude, growth_bits);
  if (claimed < 0) {
    arb_neg(ball, ball);
  }
}

/// L, S and the margin between.
class Standing {
 public:
  Standing(const StepSums& total, EulerFactor factor) : factor_(factor) {
    log_.set_between(wide(total.log_lo), wide(total.log_hi), log_bits);
    growth_.set_between(wide(total.growth_lo), wide(total.growth_hi), growth_bits);
    arb_const_euler(gamma_, ball_bits);
  }

  /// Of primes in order: each logarithm from the one before by its short series.
  void take_prime(std::uint64_t p) {
    // S gains log(1 + 1/s) = log(s + 1) - log s with s = p, or s = p - 1.
    const std::uint64_t s = factor_ == EulerFactor::Sigma ? p : p - 1;
    to_log_of(s);
    arb_sub(growth_, growth_, log_before_, ball_bits);
    if (s == p) {
      arb_add(log_, log_, log_before_, ball_bits);
    }
    to_log_of(s + 1);
    arb_add(growth_, growth_, log_before_, ball_bits);
    if (s != p) {
      arb_add(log_, log_, log_before_, ball_bits);
    }
  }
  void take(const FurtherStep& step) {
    arb_log_ui(term_, step.q, ball_bits);
    arb_add(log_, log_, term_, ball_bits);
    arb_set_str(term_, step.s.c_str(), ball_bits);
    add_growth();
  }

  /// Whether the margin is certainly positive and at least `claimed`, by what L and S gained since the last settle():
  /// log log L is concave, so it gained between nothing and as much as its tangent there.
  [[nodiscard]] bool certainly_has(const Ball& claimed) {
    if (!is_settled_) {
      return false;
    }
    if (factor_ == EulerFactor::Sigma) {
      arb_sub(bound_, line_, growth_, ball_bits);
    } else {
      arb_sub(bound_, log_, settled_log_, ball_bits);
      arb_mul(bound_, bound_, slope_, ball_bits);
      arb_add(bound_, bound_, line_, ball_bits);
      arb_sub(bound_, growth_, bound_, ball_bits);
    }
    return arb_is_positive(bound_) != 0 && arb_ge(bound_, claimed) != 0;
  }

  /// Leaves the margin in margin().
  void settle() {
    arb_set(settled_log_, log_);
    arb_log(line_, log_, ball_bits);
    arb_mul(slope_, log_, line_, ball_bits);
    arb_inv(slope_, slope_, ball_bits);
    arb_log(line_, line_, ball_bits);
    arb_add(line_, line_, gamma_, ball_bits);
    arb_sub(margin_, line_, growth_, ball_bits);
    if (factor_ == EulerFactor::Totient) {
      arb_neg(margin_, margin_);
    }
    is_settled_ = true;
  }
  [[nodiscard]] const Ball& margin() const { return margin_; }

  [[nodiscard]] bool meets(const StepSums& sums) const {
    Ball other;
    other.set_between(wide(sums.log_lo), wide(sums.log_hi), log_bits);
    const bool logs_meet = arb_overlaps(other, log_) != 0;
    other.set_between(wide(sums.growth_lo), wide(sums.growth_hi), growth_bits);
    return logs_meet && arb_overlaps(other, growth_) != 0;
  }

 private:
  /// Leaves it in log_before_; n does not fall.
  void to_log_of(std::uint64_t n) {
    if (n == before_) {
      return;
    }
    if (before_ == 0) {
      arb_log_ui(log_before_, n, ball_bits);
    } else {
      arb_log_ui_from_prev(log_before_, n, log_before_, before_, ball_bits);
    }
    before_ = n;
  }
  /// Of term_ = s.
  void add_growth() {
    arb_inv(term_, term_, ball_bits);
    arb_log1p(term_, term_, ball_bits);
    arb_add(growth_, growth_, term_, ball_bits);
  }

  EulerFactor factor_;
  Ball log_;
  Ball growth_;
  Ball gamma_;
  Ball term_;
  Ball margin_;
  /// Of the last settle(): L, gamma + log log L, and how steep log log is there.
  bool is_settled_ = false;
  Ball settled_log_;
  Ball line_;
  Ball slope_;
  Ball bound_;
  /// log(before_), if that is not 0.
  std::uint64_t before_ = 0;
  Ball log_before_;
};

}  // namespace

Walked walk_again(const WalkRequest& request) {
  Standing standing(request.total, request.factor);
  Ball claimed;
  set_claim(claimed, request.claimed);
  Walked walked;
  const auto settle = [&](std::uint64_t position) {
    if (position < request.claimed_from || !walked.mismatch.empty()) {
      return;
    }
    if (standing.certainly_has(claimed)) {
      return;
    }
    standing.settle();
    if (arb_is_positive(standing.margin()) == 0 || arb_lt(standing.margin(), claimed) != 0) {
      walked.mismatch = "the margin at the step " + std::to_string(position) + " is below what is claimed";
    }
  };
  auto next = request.further.begin();
  const auto take_further = [&](std::uint64_t before) {
    for (; next != request.further.end() && next->floor < before; ++next) {
      standing.take(*next);
      settle(next->floor);
    }
  };
  // The number that it begins with.
  settle(request.begin);
  math::for_each_prime_one_by_one(request.begin, request.end, [&](std::uint64_t p) {
    take_further(p);
    standing.take_prime(p);
    ++walked.primes;
    settle(p);
    return true;
  });
  take_further(request.end);
  walked.meets = standing.meets(request.total_at_end);
  return walked;
}

bool may_have_margin(const StepSums& total, math::EulerFactor factor, int128 claimed) {
  Standing standing(total, factor);
  standing.settle();
  Ball claim;
  set_claim(claim, claimed);
  return arb_lt(standing.margin(), claim) == 0;
}

}  // namespace robin::search::prime_windows
