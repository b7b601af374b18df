#include "search/strategies/colossally_abundant/steps_again.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/contract.hpp"
#include "math/ball.hpp"
#include "math/prime_sums.hpp"

namespace robin::search::colossally_abundant {
namespace {

using math::Ball;
using math::Integer;
using prime_windows::FurtherStep;

constexpr slong bits_max = 8192;

struct Power {
  std::uint64_t q;
  std::uint32_t k;
};

Integer sum_of_powers(const Power& power) {
  Integer sum;
  for (std::uint32_t i = 0; i < power.k; ++i) {
    sum = (sum + Integer(1)) * Integer(power.q);
  }
  return sum;
}

/// F(q, k) = log(1 + 1/(q + ... + q^k)) / log q, with as many bits as a comparison needs.
class Parameter {
 public:
  explicit Parameter(const Power& power) : power_(power), sum_(sum_of_powers(power)) { enclose(); }

  /// Whether its step comes before the other's: its F is greater.
  bool comes_before(Parameter& other) {
    while (arb_overlaps(value_, other.value_) != 0 && (bits_ < bits_max || other.bits_ < bits_max)) {
      refine();
      other.refine();
    }
    ROBIN_ASSERT(arb_overlaps(value_, other.value_) == 0 || (power_.q == other.power_.q && power_.k == other.power_.k),
                 "two steps are not known to fall together");
    return arb_gt(value_, other.value_) != 0;
  }

 private:
  void refine() {
    if (bits_ < bits_max) {
      bits_ *= 2;
      enclose();
    }
  }
  void enclose() {
    Ball log_q;
    value_.set_between(sum_, sum_, 0);
    arb_inv(value_, value_, bits_);
    arb_log1p(value_, value_, bits_);
    arb_log_ui(log_q, power_.q, bits_);
    arb_div(value_, value_, log_q, bits_);
  }

  Power power_;
  Integer sum_;
  slong bits_ = 128;
  Ball value_;
};

bool comes_before(const Power& a, const Power& b) {
  Parameter of_b(b);
  return Parameter(a).comes_before(of_b);
}

/// F(q, k) in doubles: only where a search begins.
double roughly(double q, std::uint32_t k) {
  const double sum = q * std::expm1(k * std::log(q)) / (q - 1);
  return std::log1p(1 / sum) / std::log(q);
}

/// About where F(., k) falls to `value`.
std::uint64_t guess(double value, std::uint32_t k, std::uint64_t end) {
  double low = 1;
  double high = std::log2(static_cast<double>(end));
  constexpr int halvings = 60;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    (roughly(std::exp2(middle), k) > value ? low : high) = middle;
  }
  return static_cast<std::uint64_t>(std::exp2(low));
}

/// The least number of [low, high) for which `is_past` holds, high if there is none; it holds for all after it. Looked
/// for in steps that double from `guess` on, then by halves.
std::uint64_t least_where(std::uint64_t low, std::uint64_t high, std::uint64_t guess,
                          const std::function<bool(std::uint64_t)>& is_past) {
  std::uint64_t at = std::clamp(guess, low, high);
  const bool goes_down = at == high || is_past(at);
  (goes_down ? high : low) = goes_down ? at : at + 1;
  for (std::uint64_t stride = 1; stride < high - low; stride *= 2) {
    at = goes_down ? high - stride : low + stride - 1;
    const bool past = is_past(at);
    (past ? high : low) = past ? at : at + 1;
    if (past != goes_down) {
      break;
    }
  }
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const bool past = is_past(middle);
    (past ? high : low) = past ? middle : middle + 1;
  }
  return low;
}

}  // namespace

std::vector<FurtherStep> steps_again(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(2 <= begin && begin <= end && end <= std::uint64_t{1} << 63U, "positions lie in [2, 2^63)");
  struct Found {
    Power power;
    std::uint64_t floor;
  };
  std::vector<Found> found;
  // q + ... + q^k >= q^2, and log(1 + 1/q^2)/log q is below F(y, 1) for q^2 >= y: no q beyond 2^32 has a step below
  // 2^63.
  constexpr std::uint64_t q_end = std::uint64_t{1} << 32U;
  Parameter of_begin({begin, 1});
  Parameter of_end({end, 1});
  const double about_begin = roughly(static_cast<double>(begin), 1);
  const double about_end = roughly(static_cast<double>(end), 1);
  for (std::uint32_t k = 2; Parameter({2, k}).comes_before(of_end); ++k) {
    const std::uint64_t first = least_where(2, q_end, guess(about_begin, k, q_end), [&](std::uint64_t q) {
      return !Parameter({q, k}).comes_before(of_begin);
    });
    const std::uint64_t last = least_where(first, q_end, guess(about_end, k, q_end), [&](std::uint64_t q) {
      return !Parameter({q, k}).comes_before(of_end);
    });
    math::for_each_prime_one_by_one(first, last, [&](std::uint64_t q) {
      // The step of y itself comes before (q, k) where y < its position.
      const std::uint64_t about = guess(roughly(static_cast<double>(q), k), 1, end);
      Parameter of_step({q, k});
      const std::uint64_t above = least_where(begin, end, about, [&](std::uint64_t y) {
        return !Parameter({y, 1}).comes_before(of_step);
      });
      found.push_back({{q, k}, above - 1});
      return true;
    });
  }
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.floor != b.floor ? a.floor < b.floor : comes_before(a.power, b.power);
  });
  std::vector<FurtherStep> steps;
  for (const Found& one : found) {
    steps.push_back({one.floor, one.power.q, sum_of_powers(one.power).to_decimal()});
  }
  return steps;
}

}  // namespace robin::search::colossally_abundant
