#include "search/strategies/primorial/primorial_margin.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/contract.hpp"
#include "math/bar.hpp"
#include "math/factorization.hpp"
#include "math/primes.hpp"
#include "search/prime_windows/fixed_log.hpp"
#include "search/prime_windows/margin_terms.hpp"

namespace robin::search::primorial {
namespace {

using math::Integer;
using math::Interval;

}  // namespace

int128 margin_at(const StepSums& total) { return static_cast<int128>(total.growth_lo) - log_log_ceiling(total.log_hi); }

StepSums sums_of_prime(std::uint64_t p) { return step_sums(p, log_one_plus_inverse(p - 1)); }

std::uint64_t least_log(std::uint64_t begin) {
  return begin - 2 * static_cast<std::uint64_t>(std::ceil(std::sqrt(static_cast<double>(begin))));
}

int128 most_lost_inside(const WindowTally& window, uint128 log_lo, uint128 inside_hi) {
  const uint128 rate = rate_difference(static_cast<std::uint64_t>(log_lo >> log_bits), whole(window.end));
  return static_cast<int128>(rate * ((inside_hi >> log_bits) + 1));
}

void MarginBounding::add(const WindowTally& window, const StepSums& sums) {
  const int128 at_begin = static_cast<int128>(before_.growth_lo) - log_log_ceiling(whole(begin_) + before_.log_hi);
  const uint128 log_lo = whole(least_log(begin_)) + before_.log_lo;
  const int128 least = at_begin - most_lost_inside(window, log_lo, sums.log_hi);
  least_ = least_ ? std::min(*least_, least) : least;
  before_ += sums;
}

int128 MarginBounding::end_slice() {
  ROBIN_ASSERT(least_, "a slice has windows");
  return *std::exchange(least_, std::nullopt);
}

int128 moved_bound(int128 bound, std::uint64_t begin, uint128 log_hi, const StepSums& inside,
                   const StepSums& up_to_end) {
  // log log(L + l) - log log(A + l) falls with l if L > A, and grows if L < A: its greatest value is at an end of the
  // slice.
  const uint128 l = log_hi > whole(begin) ? inside.log_lo : up_to_end.log_hi;
  return bound - log_log_ceiling(log_hi + l) + log_log_floor(whole(begin) + l);
}

PrimorialWalk::PrimorialWalk(const StepSums& before, std::uint64_t primes, Findings& findings)
    : total_(before), primes_(primes), findings_(findings) {}

void PrimorialWalk::take(std::uint64_t prime) {
  total_ += sums_of_prime(prime);
  ++primes_;
  // log log 2 < 0: the inequality holds at N = 2, and has no margin there.
  if (prime == 2 || has_ended()) {
    return;
  }
  margin_ = lesser(margin_, {margin_at(total_), prime});
  if (has_ended()) {
    judge(prime);
  }
}

void PrimorialWalk::take(const WindowTally& window, const StepSums& sums) {
  const int128 least = margin_at(total_) - most_lost_inside(window, total_.log_lo, sums.log_hi);
  if (least > 0 || has_ended()) {
    margin_ = has_ended() ? margin_ : lesser(margin_, {least, window.begin});
    total_ += sums;
    primes_ += window.count;
    return;
  }
  const StepSums before = total_;
  for (const std::uint64_t prime : math::primes_in(window.begin, window.end)) {
    take(prime);
  }
  // The sums of the window as everybody has them.
  total_ = before;
  total_ += sums;
}

void PrimorialWalk::judge(std::uint64_t prime) {
  const Interval log_ratio = fixed_interval(total_.growth_lo, total_.growth_hi, growth_bits);
  const Interval log_log = Interval::log(fixed_interval(total_.log_lo, total_.log_hi, log_bits), precision);
  const Interval line = Interval::add(math::bar(precision), Interval::log(log_log, precision), precision);
  const Interval ratio = Interval::div(Interval::exp(log_ratio, precision), log_log, precision);
  const auto number = math::Factorization::from_runs({{Integer(2), Integer(prime), primes_, 1}});
  auto& list = log_ratio.certainly_less_than(line) ? findings_.violations : findings_.undecided;
  list.push_back(Witness::from(number, ratio));
}

}  // namespace robin::search::primorial
