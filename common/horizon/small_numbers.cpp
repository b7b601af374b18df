#include "horizon/small_numbers.hpp"

#include <algorithm>
#include <vector>

#include "core/contract.hpp"
#include "math/bar.hpp"
#include "math/factor.hpp"
#include "math/robin.hpp"

namespace robin::horizon {
namespace {

using math::Interval;

/// At most e^gamma log log n, for every n >= first.
double ratio_allowed(std::uint64_t first) {
  constexpr math::PrecisionBits precision{64};
  const Interval log_log =
      Interval::log(Interval::log(Interval::from(math::Integer(first), precision), precision), precision);
  return Interval::mul(math::exp_of_bar(precision), log_log, precision).lower_double();
}

}  // namespace

std::optional<std::uint64_t> first_not_certain(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(3 <= begin && begin <= end && end <= small_end_max, "small numbers with log log n > 0");
  std::vector<std::uint64_t> sigma(end, 0);
  for (std::uint64_t d = 1; d < end; ++d) {
    for (std::uint64_t n = d; n < end; n += d) {
      sigma[n] += d;
    }
  }
  // The right side grows slowly: one enclosure for a hundredth of the range. The product below is off by 2^-53 of it.
  constexpr double exact = 1 - 0x1p-40;
  for (std::uint64_t first = begin; first < end;) {
    const std::uint64_t next = std::min(end, first + first / 100 + 1);
    const double allowed = ratio_allowed(first) * exact;
    for (std::uint64_t n = first; n < next; ++n) {
      if (static_cast<double>(sigma[n]) < allowed * static_cast<double>(n)) {
        continue;
      }
      const auto factors = math::factor(math::Integer(n));
      const auto* known = core::accepted(factors);
      if (known == nullptr || math::assess(*known, {}).verdict != math::Verdict::Holds) {
        return n;
      }
    }
    first = next;
  }
  return std::nullopt;
}

}  // namespace robin::horizon
