#include "search/strategies/primorial/nicolas.hpp"

#include "math/bar.hpp"
#include "math/primes.hpp"

namespace robin::search::primorial {
namespace {

using math::Integer;
using math::Interval;
using math::PrecisionBits;

/// Products are kept exact up to this size, then folded into an enclosure.
constexpr std::size_t exact_bits_max = 4096;
constexpr std::uint32_t guard_bits = 32;

}  // namespace

bool is_primorial(const math::Factorization& n) {
  const auto& runs = n.runs();
  return runs.size() == 1 && runs.front().first == Integer(2) && runs.front().exponent == 1;
}

Interval totient_quotient(const math::Factorization& n, PrecisionBits precision) {
  const PrecisionBits working{precision.value + guard_bits};
  Interval quotient = Interval::from(Integer(1), working);
  Integer primes(1);
  Integer one_less(1);
  const auto fold = [&] {
    quotient = Interval::mul(quotient, Interval::from_ratio(primes, one_less, working), working);
    primes = Integer(1);
    one_less = Integer(1);
  };
  const auto multiply = [&](const Integer& prime) {
    primes *= prime;
    one_less *= prime - Integer(1);
    if (primes.bit_length() > exact_bits_max) {
      fold();
    }
  };
  for (const auto& run : n.runs()) {
    if (run.count == 1) {
      multiply(run.first);
      continue;
    }
    math::for_each_prime_run(run.first.to_uint64(), run.last.to_uint64() + 1,
                             [&](const std::uint64_t* first, const std::uint64_t* last) {
                               for (; first != last; ++first) {
                                 multiply(Integer(*first));
                               }
                             });
  }
  fold();
  return quotient;
}

math::Assessment assess_nicolas(const math::Factorization& n, const math::PrecisionRange& range) {
  // log log 2 < 0.
  const bool is_about_it = is_primorial(n) && n.runs().front().count > 1;
  for (PrecisionBits precision = range.first;; precision = {2 * precision.value}) {
    const Interval left = totient_quotient(n, precision);
    const Interval log_log = Interval::log(math::log_value(n, precision), precision);
    const Interval right = Interval::mul(math::exp_of_bar(precision), log_log, precision);
    const bool holds = !is_about_it || right.certainly_less_than(left);
    const bool violates = !holds && left.certainly_less_than(right);
    if (holds || violates || 2 * precision.value > range.limit.value) {
      const auto verdict = holds ? math::Verdict::Holds : violates ? math::Verdict::Violates : math::Verdict::Undecided;
      return {verdict, Interval::div(left, log_log, precision)};
    }
  }
}

}  // namespace robin::search::primorial
