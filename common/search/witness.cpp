#include "search/witness.hpp"

#include <algorithm>

namespace robin::search {
namespace {

int compare_magnitudes(std::string_view a, std::string_view b) {
  const std::size_t a_whole = std::min(a.find('.'), a.size());
  const std::size_t b_whole = std::min(b.find('.'), b.size());
  if (a_whole != b_whole) {
    return a_whole < b_whole ? -1 : 1;
  }
  // Same number of digits before the point: character order is numeric order, a missing digit counting as zero.
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const char in_a = i < a.size() && a[i] != '.' ? a[i] : '0';
    const char in_b = i < b.size() && b[i] != '.' ? b[i] : '0';
    if (in_a != in_b) {
      return in_a < in_b ? -1 : 1;
    }
  }
  return 0;
}

}  // namespace

Witness Witness::from(const math::Factorization& n, const math::Interval& ratio) {
  return {n.text(), ratio.lower_decimal(ratio_digits), ratio.upper_decimal(ratio_digits)};
}

int compare_decimals(std::string_view a, std::string_view b) {
  const bool a_negative = a.starts_with('-');
  const bool b_negative = b.starts_with('-');
  if (a_negative != b_negative) {
    return a_negative ? -1 : 1;
  }
  return a_negative ? compare_magnitudes(b.substr(1), a.substr(1)) : compare_magnitudes(a, b);
}

bool certainly_greater(const Witness& a, const Witness& b) { return compare_decimals(a.ratio_lo, b.ratio_hi) > 0; }

}  // namespace robin::search
