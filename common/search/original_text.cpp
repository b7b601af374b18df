#include "search/original_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/contract.hpp"
#include "math/robin.hpp"

namespace robin::search {
namespace {

constexpr double unit = 1e4;
/// A hundred times the error that 1e-11 makes of the largest ratio (below 15, at n = 3), in units of the last decimal.
constexpr double doubtful = 1e-5;
constexpr math::PrecisionBits precision_first{128};
constexpr math::PrecisionBits precision_limit{16'384};

/// The double nearest to the ratio.
double exact_double(const math::Factorization& n) {
  for (math::PrecisionBits precision = precision_first; precision <= precision_limit; precision.value *= 2) {
    const math::Interval log_log = math::Interval::log(math::log_value(n, precision), precision);
    const math::Interval ratio = math::Interval::div(math::abundancy(n, precision), log_log, precision);
    if (ratio.lower_end_to_nearest() == ratio.upper_end_to_nearest()) {
      return ratio.lower_end_to_nearest();
    }
  }
  ROBIN_ASSERT(false, "a ratio does not stay at the middle of two doubles at 16384 bits");
}

void append_printed(std::string& text, double ratio) {
  std::array<char, 32> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), ",%5.4f", ratio);
  text.append(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace

void append_ratio(std::string& text, double approximate_ratio, const std::function<math::Factorization()>& n) {
  const double scaled = approximate_ratio * unit;
  const double whole = std::floor(scaled);
  const double above = scaled - whole;
  if (!(std::abs(above - 0.5) > doubtful) || !(approximate_ratio > 0)) {
    append_printed(text, exact_double(n()));
    return;
  }
  // Not in doubt: the nearest multiple of 1e-4, written without printf, which would cost most of the time.
  const auto rounded = static_cast<unsigned>(above > 0.5 ? whole + 1 : whole);
  std::array<char, 16> digits{};
  char* end = std::to_chars(digits.data(), digits.data() + digits.size(), rounded / 10'000).ptr;
  *end++ = '.';
  const unsigned decimals = rounded % 10'000;
  for (unsigned place = 1000; place > 0; place /= 10) {
    *end++ = static_cast<char>('0' + decimals / place % 10);
  }
  text += ',';
  text.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace robin::search
