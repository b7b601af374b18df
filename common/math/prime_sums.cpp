#include "math/prime_sums.hpp"

#include <flint/ulong_extras.h>

#include <algorithm>
#include <vector>

#include "math/arb.hpp"

namespace robin::math {
namespace {

constexpr slong ball_bits = 192;
constexpr std::uint64_t chunk_length = 1U << 20U;
constexpr std::uint64_t trial_max = 1024;

class Ball {
 public:
  Ball() { arb_init(value_); }
  ~Ball() { arb_clear(value_); }
  Ball(const Ball&) = delete;
  Ball& operator=(const Ball&) = delete;
  [[nodiscard]] arb_ptr get() { return value_; }

  /// The ends in units of 2^-bits, rounded outward.
  [[nodiscard]] Integer lower(slong bits) { return end(bits, &arb_get_lbound_arf, ARF_RND_FLOOR); }
  [[nodiscard]] Integer upper(slong bits) { return end(bits, &arb_get_ubound_arf, ARF_RND_CEIL); }

 private:
  using Bound = void (*)(arf_t, const arb_t, slong);

  Integer end(slong bits, Bound bound, arf_rnd_t rounding) {
    arf_t value;
    fmpz_t whole;
    arf_init(value);
    fmpz_init(whole);
    bound(value, value_, ball_bits);
    arf_mul_2exp_si(value, value, bits);
    arf_get_fmpz(whole, value, rounding);
    Integer result;
    fmpz_get_mpz(result.gmp(), whole);
    fmpz_clear(whole);
    arf_clear(value);
    return result;
  }

  arb_t value_;
};

/// The numbers of [begin, end) without a factor below 1024, and the primes below that.
std::vector<std::uint64_t> likely_primes(std::uint64_t begin, std::uint64_t end) {
  std::vector<bool> has_factor(end - begin, false);
  for (std::uint64_t d = 2; d < trial_max; ++d) {
    if (n_is_prime(d) != 0) {
      for (std::uint64_t n = std::max(2 * d, (begin + d - 1) / d * d); n < end; n += d) {
        has_factor[n - begin] = true;
      }
    }
  }
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t n = std::max<std::uint64_t>(begin, 2); n < end; ++n) {
    if (!has_factor[n - begin]) {
      numbers.push_back(n);
    }
  }
  return numbers;
}

}  // namespace

PrimeSumsOneByOne sum_primes_one_by_one(std::uint64_t begin, std::uint64_t end) {
  PrimeSumsOneByOne sums;
  Ball logs;
  Ball growths;
  Ball term;
  for (std::uint64_t at = begin; at < end; at += std::min(chunk_length, end - at)) {
    for (const std::uint64_t p : likely_primes(at, at + std::min(chunk_length, end - at))) {
      if (n_is_prime(p) == 0) {
        continue;
      }
      ++sums.count;
      sums.sum += Integer(p);
      arb_log_ui(term.get(), p, ball_bits);
      arb_add(logs.get(), logs.get(), term.get(), ball_bits);
      arb_set_ui(term.get(), p);
      arb_inv(term.get(), term.get(), ball_bits);
      arb_log1p(term.get(), term.get(), ball_bits);
      arb_add(growths.get(), growths.get(), term.get(), ball_bits);
    }
  }
  sums.log_lo = logs.lower(64);
  sums.log_hi = logs.upper(64);
  sums.growth_lo = growths.lower(96);
  sums.growth_hi = growths.upper(96);
  return sums;
}

}  // namespace robin::math
