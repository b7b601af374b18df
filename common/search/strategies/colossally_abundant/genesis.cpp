#include "search/strategies/colossally_abundant/genesis.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/contract.hpp"
#include "math/factor.hpp"
#include "math/log_log_floor.hpp"
#include "math/primes.hpp"
#include "math/robin.hpp"
#include "search/prime_windows/margin_terms.hpp"
#include "search/prime_windows/window.hpp"
#include "search/strategies/exhaustive/abundancy_sieve.hpp"

namespace robin::search::colossally_abundant {
namespace {

constexpr std::uint64_t next_colossally_abundant = 55'440;

/// The colossally abundant number at hand, by the exponents of its primes.
class Walker {
 public:
  Walker(std::uint64_t begin, const Parameters& parameters, Findings& findings)
      : begin_(begin), parameters_(parameters), findings_(findings) {}

  void step(const HigherStep& step) {
    const StepSums sums = sums_of_step(step.prime, step.exponent);
    total_ += sums;
    raise(step);
    if (step.floor < begin_) {
      walk_.before += sums;
      return;
    }
    walk_.sums += sums;
    if (step.exponent == 1) {
      walk_.primes += {1, step.prime};
    } else {
      walk_.higher_steps.push_back(step);
    }
    if (small_ <= math::known_exception_max) {
      certify(math::factor(small_), parameters_, Best::Ignored, findings_);
      return;
    }
    if (walk_.margin && walk_.margin->value <= 0) {
      return;
    }
    const LeastMargin margin{log_log_floor(total_.log_lo) - static_cast<int128>(total_.growth_hi), step.floor};
    walk_.margin = lesser(walk_.margin, margin);
    if (margin.value <= 0) {
      // Never seen. More precision decides whether this is a counterexample.
      certify(math::Factorization::from_exponents(exponents_, primes_), parameters_, Best::Ignored, findings_);
    }
  }

  [[nodiscard]] const GenesisWalk& walk() const { return walk_; }

 private:
  void raise(const HigherStep& step) {
    if (step.exponent == 1) {
      primes_.push_back(step.prime);
      exponents_.push_back(1);
    } else {
      const auto at = std::lower_bound(primes_.begin(), primes_.end(), step.prime) - primes_.begin();
      ROBIN_ASSERT(static_cast<std::size_t>(at) < primes_.size() &&
                       exponents_[static_cast<std::size_t>(at)] + 1 == step.exponent,
                   "exponents are raised one by one");
      ++exponents_[static_cast<std::size_t>(at)];
    }
    if (small_ <= math::known_exception_max) {
      small_ *= step.prime;
    }
  }

  std::uint64_t begin_;
  const Parameters& parameters_;
  Findings& findings_;
  GenesisWalk walk_;
  StepSums total_;
  /// The number itself while it is at most 5040, else something above.
  std::uint64_t small_ = 1;
  std::vector<std::uint64_t> primes_;
  std::vector<std::uint32_t> exponents_;
};

}  // namespace

GenesisWalk walk_genesis(std::uint64_t begin, std::uint64_t end, const Parameters& parameters, Findings& findings) {
  ROBIN_ASSERT(2 <= begin && begin < end && end <= windows_begin, "genesis lies in [2, 2^20)");
  Walker walker(begin, parameters, findings);
  const auto higher = higher_steps(2, end);
  auto next = higher.begin();
  for (const std::uint64_t prime : math::primes_in(2, end)) {
    // A step with k >= 2 never falls on a whole number (that would be a tie), so it comes after the prime below it.
    for (; next != higher.end() && next->floor < prime; ++next) {
      walker.step(*next);
    }
    walker.step({prime, 1, prime});
  }
  for (; next != higher.end(); ++next) {
    walker.step(*next);
  }
  return walker.walk();
}

void examine_each_below_55440(const Parameters& parameters, Findings& findings) {
  const AbundancySieve sieve(math::known_exception_max + 1, next_colossally_abundant);
  const math::LogLogFloor floor(12);
  const double exp_gamma = math::kept_ratio_min(*core::accepted(math::Decimal::parse("100")));  // rounded down
  const auto log = [](std::uint64_t n) {
    return math::Interval::log(math::Interval::from(math::Integer(n), {53}), {53});
  };
  // Both rounded down. log log n does not fall, and few numbers come as far as the line of the first.
  const double least_line = exp_gamma * math::Interval::log(log(sieve.begin()), {53}).lower_double() * (1 - 0x1p-50);
  const auto line_at = [&](std::uint64_t n) { return exp_gamma * floor(log(n).lower_double()) * (1 - 0x1p-50); };
  for (std::uint64_t n = sieve.begin(); n < sieve.end(); ++n) {
    const double abundancy = sieve.abundancy(n) * (1 + AbundancySieve::relative_error);
    if (abundancy < least_line || abundancy < line_at(n)) {
      continue;
    }
    const auto assessment = math::assess(math::factor(n), {});
    if (assessment.verdict != math::Verdict::Holds) {
      certify(math::factor(n), parameters, Best::Ignored, findings);
    }
  }
}

}  // namespace robin::search::colossally_abundant
