#include "search/prime_windows/margin_terms.hpp"

#include "math/bar.hpp"
#include "search/prime_windows/fixed_log.hpp"

namespace robin::search::prime_windows {

using math::Integer;
using math::Interval;

int128 log_log_floor(uint128 log_sum) {
  constexpr uint128 fast_from = uint128{1} << (log_bits + 8U);
  if (log_sum >= fast_from) {
    const Fixed log_n = fixed_log(log_sum, log_bits);
    const Fixed log_log_n = fixed_log(static_cast<uint128>(log_n.lo), fine_log_bits);
    const uint128 gamma = lower_fixed(math::bar(precision), growth_bits);
    return static_cast<int128>(gamma) + (log_log_n.lo << (growth_bits - fine_log_bits));
  }
  static const Integer unit = Integer::power(2, log_bits);
  const Interval log_n = Interval::from_ratio(Integer::from_uint128(log_sum), unit, precision);
  const Interval value =
      Interval::add(math::bar(precision), Interval::log(Interval::log(log_n, precision), precision), precision);
  // gamma + log log L > 0 for L > 1.76; below, the value may be negative.
  if (value.certainly_positive()) {
    return static_cast<int128>(lower_fixed(value, growth_bits));
  }
  const Interval shifted = Interval::add(value, Interval::from(Integer(64), precision), precision);
  return static_cast<int128>(lower_fixed(shifted, growth_bits)) - (int128{64} << growth_bits);
}

int128 log_log_ceiling(uint128 log_sum) {
  constexpr int128 widest = int128{1} << (growth_bits - 60U);
  return log_log_floor(log_sum) + widest;
}

uint128 rate_difference(std::uint64_t a, uint128 b) {
  constexpr unsigned rate_bits = 110;  // numbers above 2^14 leave room for the next factor
  constexpr unsigned factor_bits = 32;
  constexpr unsigned drop = fine_log_bits - factor_bits;
  const uint128 most_inverse = divided_up(uint128{1} << rate_bits, a);
  const uint128 least_inverse = (uint128{1} << rate_bits) / ((b >> log_bits) + 1);
  // As 2^-rate_bits (1/x)/log x; the logarithm in units of 2^-factor_bits.
  const auto least_log = static_cast<std::uint64_t>(fixed_log(a).lo >> drop);
  const auto most_log = static_cast<std::uint64_t>(fixed_log(b, log_bits).hi >> drop) + 1;
  const uint128 most = divided_up(most_inverse << factor_bits, least_log);
  const uint128 least = (least_inverse << factor_bits) / most_log;
  return most > least ? ((most - least) >> (rate_bits - growth_bits)) + 1 : 0;
}

}  // namespace robin::search::prime_windows
