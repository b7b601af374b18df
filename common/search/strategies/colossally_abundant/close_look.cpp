#include "search/strategies/colossally_abundant/close_look.hpp"

#include <algorithm>
#include <vector>

#include "core/contract.hpp"
#include "math/bar.hpp"
#include "math/factor.hpp"
#include "math/primes.hpp"
#include "search/prime_windows/margin_terms.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"

namespace robin::search::colossally_abundant {
namespace {

using math::Factorization;
using math::Integer;
using math::Interval;

/// The greatest prime up to n >= 2^20.
std::uint64_t greatest_prime_up_to(std::uint64_t n) {
  constexpr std::uint64_t longest_gap = 2000;  // below 2^64 no two primes lie further apart (1550)
  return math::primes_in(n - longest_gap, n + 1).back();
}

/// The colossally abundant number after the step `last`, by its prime factors: `primes` of them, up to `greatest`.
/// Cost: all steps with k >= 2 up to here are placed once more.
Factorization number_after(const HigherStep& last, std::uint64_t primes, std::uint64_t greatest) {
  std::vector<std::uint32_t> exponents;
  std::vector<std::uint64_t> bases;
  const auto steps = higher_steps(2, last.floor + 1);
  std::uint64_t greatest_raised = 1;
  for (const HigherStep& step : steps) {
    greatest_raised = std::max(greatest_raised, step.prime);
  }
  for (const std::uint64_t prime : math::primes_in(2, greatest_raised + 1)) {
    bases.push_back(prime);
    exponents.push_back(1);
  }
  for (const HigherStep& step : steps) {
    if (last.exponent == 1 && step.floor >= last.floor) {
      break;
    }
    const auto at = std::lower_bound(bases.begin(), bases.end(), step.prime) - bases.begin();
    auto& exponent = exponents[static_cast<std::size_t>(at)];
    ROBIN_ASSERT(exponent + 1 == step.exponent, "exponents are raised one by one");
    exponent = step.exponent;
    if (step == last) {
      break;
    }
  }
  auto runs = Factorization::from_exponents(exponents, bases).runs();
  if (greatest > greatest_raised) {
    const std::uint64_t next = math::next_prime(greatest_raised);
    // The last run with exponent 1 may reach below; from_runs() joins the two.
    runs.push_back({Integer(next), Integer(greatest), primes - bases.size(), 1});
  }
  return Factorization::from_runs(std::move(runs));
}

}  // namespace

CloseLook::CloseLook(const StepSums& before, std::uint64_t primes, const Parameters& parameters, Findings& findings)
    : parameters_(parameters), findings_(findings), total_(before), primes_(primes) {}

void CloseLook::take(const WindowTally& window, const StepSums& sums, std::span<const HigherStep> higher) {
  if (margin_ && margin_->value <= 0) {
    return;
  }
  const int128 at_begin = log_log_floor(total_.log_lo) - static_cast<int128>(total_.growth_hi);
  const int128 least = at_begin - most_lost_inside(window.begin, total_.log_hi, sums.log_hi);
  if (least > 0) {
    margin_ = lesser(margin_, {least, window.begin});
  } else {
    step_by_step(window, higher);
  }
  total_ += sums;
  primes_ += window.count;
}

void CloseLook::step_by_step(const WindowTally& window, std::span<const HigherStep> higher) {
  StepSums total = total_;
  std::uint64_t primes = primes_;
  std::uint64_t greatest = greatest_prime_up_to(window.begin - 1);
  auto next = higher.begin();
  const auto take_step = [&](const HigherStep& step) {
    total += sums_of_step(step.prime, step.exponent);
    if (!margin_ || margin_->value > 0) {
      judge(total, step, primes, greatest);
    }
  };
  for (const std::uint64_t prime : math::primes_in(window.begin, window.end)) {
    // A step with k >= 2 never falls on a whole number (that would be a tie), so it comes after the prime below it.
    for (; next != higher.end() && next->floor < prime; ++next) {
      take_step(*next);
    }
    ++primes;
    greatest = prime;
    take_step({prime, 1, prime});
  }
  for (; next != higher.end(); ++next) {
    take_step(*next);
  }
}

void CloseLook::judge(const StepSums& total, const HigherStep& last, std::uint64_t primes, std::uint64_t greatest) {
  const LeastMargin margin{log_log_floor(total.log_lo) - static_cast<int128>(total.growth_hi), last.floor};
  margin_ = lesser(margin_, margin);
  if (margin.value > 0) {
    return;
  }
  const Interval log_abundancy = fixed_interval(total.growth_lo, total.growth_hi, growth_bits);
  const Interval log_log = Interval::log(fixed_interval(total.log_lo, total.log_hi, log_bits), precision);
  const Interval line = Interval::add(math::bar(precision), Interval::log(log_log, precision), precision);
  const Interval ratio = Interval::div(Interval::exp(log_abundancy, precision), log_log, precision);
  const auto witness = Witness::from(number_after(last, primes, greatest), ratio);
  const Interval threshold = Interval::from(parameters_.threshold, precision);
  const bool violates = line.certainly_less_than(log_abundancy);
  const bool is_witness = threshold.certainly_less_than(ratio);
  if (violates) {
    findings_.violations.push_back(witness);
  }
  if (is_witness) {
    findings_.witnesses.push_back(witness);
  }
  if (!violates || (!is_witness && !ratio.certainly_less_than(threshold))) {
    findings_.undecided.push_back(witness);
  }
}

}  // namespace robin::search::colossally_abundant
