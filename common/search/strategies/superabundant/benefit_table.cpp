#include "search/strategies/superabundant/benefit_table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/contract.hpp"

namespace robin::search {
namespace {

/// One factor p more: what it adds to log(sigma(n)/n), and to log n.
struct Step {
  double gain;
  double size;
};

Step step(const ExponentTable& table, std::size_t i, std::uint32_t a) {
  const auto& below = table.power(i, a - 1);
  const auto& above = table.power(i, a);
  return {above.log_abundancy - below.log_abundancy, above.log - below.log};
}

/// Of the numbers of a level the colossally abundant ones lie at one size; prices for a little and for much less and
/// more than that follow the others. Any prices are right: these make the bounds sharp.
constexpr std::array<double, BenefitTable::prices> shares_of_level = {0.6, 0.85, 1.0, 1.15, 1.5};

}  // namespace

BenefitTable::BenefitTable(const ExponentTable& table, std::uint32_t level) : level_(level) {
  ROBIN_ASSERT(level >= 1 && level <= table.level(), "the table of exponents covers the level");
  std::vector<double> returns;
  for (std::size_t i = 0; i < level; ++i) {
    for (std::uint32_t a = 1; a <= level / (i + 1); ++a) {
      const auto [gain, size] = step(table, i, a);
      returns.push_back(gain / size);
    }
  }
  std::sort(returns.begin(), returns.end(), std::greater<>());
  for (std::size_t k = 0; k < prices; ++k) {
    const auto at = static_cast<std::size_t>(shares_of_level[k] * level);
    prices_[k] = returns[std::min(at, returns.size() - 1)];
  }
  const std::size_t width = std::size_t{level} + 1;
  greatest_.assign(width * width * prices, -std::numeric_limits<double>::infinity());
  for (std::size_t k = 0; k < prices; ++k) {
    greatest_[level * width * prices + k] = 0;
    // f(p, .) is concave, so m factors gain most when they are the m best steps of all, each prime's in their order.
    std::vector<double> benefits;  // of the steps of primes number i and up, the best first
    for (std::size_t i = level; i-- > 0;) {
      const auto middle = static_cast<std::ptrdiff_t>(benefits.size());
      for (std::uint32_t a = 1; a <= level / (i + 1); ++a) {
        const auto [gain, size] = step(table, i, a);
        benefits.push_back(gain - prices_[k] * size);
      }
      std::inplace_merge(benefits.begin(), benefits.begin() + middle, benefits.end(), std::greater<>());
      double sum = 0;
      const std::size_t most = std::min(level - i, benefits.size());
      for (std::size_t m = 0; m <= most; ++m) {
        greatest_[(i * width + m) * prices + k] = sum;
        sum += m < benefits.size() ? benefits[m] : 0;
      }
    }
  }
  const auto log_n_end = static_cast<std::size_t>(table.primorial(level).log) + 3;
  for (std::size_t log_n = 0; log_n < log_n_end; ++log_n) {
    bars_.push_back(log_n < 3 ? std::numeric_limits<double>::infinity()
                              : -std::log(std::log(static_cast<double>(log_n))));
  }
}

}  // namespace robin::search
