#include "search/prime_windows/fixed_log.hpp"

#include <array>
#include <bit>

#include "core/contract.hpp"

namespace robin::search::prime_windows {
namespace {

using math::Integer;
using math::Interval;

constexpr unsigned table_log2 = 8;
constexpr std::size_t table_size = std::size_t{1} << table_log2;

unsigned width_of(uint128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64U);
  return static_cast<unsigned>(high != 0 ? 64 + std::bit_width(high)
                                         : std::bit_width(static_cast<std::uint64_t>(value)));
}

Fixed enclosed(const Interval& value) {
  return {static_cast<int128>(lower_fixed(value, fine_log_bits)),
          static_cast<int128>(upper_fixed(value, fine_log_bits))};
}

/// log 2, and log(1 + i/256) for each i.
struct Table {
  Table() : log_2(enclosed(Interval::log(Interval::from(Integer(2), precision), precision))), of{} {
    for (std::size_t i = 1; i < table_size; ++i) {
      const Interval point = Interval::from_ratio(Integer(table_size + i), Integer(table_size), precision);
      of[i] = enclosed(Interval::log(point, precision));
    }
  }
  Fixed log_2;
  std::array<Fixed, table_size> of;
};

/// log(1 + u) for u in [0, 2^-8), u in units of 2^-80. The series is alternating; terms from u^8/8 < 2^-67 on are left
/// out, and the roundings stay below 2^-70: together below 2^-66.
Fixed log_of_one_and(uint128 u) {
  constexpr int128 error = int128{1} << (fine_log_bits - 66U);
  const uint128 v = u >> 16U;  // in units of 2^-64
  constexpr uint128 one = uint128{1} << 64U;
  uint128 tail = one / 6 - (((one / 7) * v) >> 64U);
  for (const unsigned k : {5U, 4U, 3U, 2U}) {
    tail = one / k - ((tail * v) >> 64U);
  }
  const uint128 square = (v * v) >> 48U;  // in units of 2^-80
  const auto value = static_cast<int128>(u - ((square * tail) >> 64U));
  return {value - error, value + error};
}

/// For 2^7 <= s: the sum of (-1)^(i+1) / (i s^i). Terms, and what is left out after the last one above 2^-96, are
/// rounded by less than three units each: the power was rounded down by less than two (a geometric series), the term by
/// one more.
Fixed log_one_plus_inverse_by_series(std::uint64_t s) {
  uint128 power = uint128{1} << growth_bits;
  int128 sum = 0;
  int128 error = 2;
  for (std::uint64_t i = 1; power != 0; ++i) {
    power /= s;
    const auto term = static_cast<int128>(power / i);
    sum += i % 2 == 1 ? term : -term;
    error += 3;
  }
  return {sum - error, sum + error};
}

}  // namespace

Fixed fixed_log(uint128 value, unsigned bits) {
  const unsigned width = width_of(value);
  ROBIN_ASSERT(width > bits, "logarithms of numbers from 1 on");
  static const Table table;
  // value = mantissa 2^(width - 64), or a little more.
  const bool is_cut = width > 64;
  const auto mantissa = static_cast<std::uint64_t>(is_cut ? value >> (width - 64U) : value << (64U - width));
  const std::uint64_t index = (mantissa >> (63U - table_log2)) - table_size;
  const std::uint64_t point = (table_size + index) << (63U - table_log2);
  // (mantissa - point) / point, in units of 2^-80, rounded down.
  const uint128 beyond = (uint128{mantissa - point} << (fine_log_bits - (63U - table_log2))) / (table_size + index);
  const Fixed rest = log_of_one_and(beyond);
  const auto exponent = static_cast<int128>(width - 1 - bits);
  // One unit for the division; what a cut value has more is below 2^-63 of it.
  const int128 more = 1 + (is_cut ? int128{1} << (fine_log_bits - 63U) : 0);
  return {exponent * table.log_2.lo + table.of[index].lo + rest.lo,
          exponent * table.log_2.hi + table.of[index].hi + rest.hi + more};
}

Fixed log_one_plus_inverse(std::uint64_t s) {
  constexpr std::uint64_t series_from = 1U << 7U;
  if (s >= series_from) {
    return log_one_plus_inverse_by_series(s);
  }
  const Interval value = Interval::log(Interval::from_ratio(Integer(s + 1), Integer(s), precision), precision);
  return {static_cast<int128>(lower_fixed(value, growth_bits)), static_cast<int128>(upper_fixed(value, growth_bits))};
}

StepSums step_sums(std::uint64_t q, const Fixed& growth) {
  constexpr unsigned drop = fine_log_bits - log_bits;
  const Fixed log_q = fixed_log(q);
  return {static_cast<uint128>(log_q.lo >> drop), static_cast<uint128>(log_q.hi >> drop) + 1,
          static_cast<uint128>(growth.lo), static_cast<uint128>(growth.hi)};
}

}  // namespace robin::search::prime_windows
