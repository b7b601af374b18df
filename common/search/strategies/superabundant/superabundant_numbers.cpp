#include "search/strategies/superabundant/superabundant_numbers.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "contract.hpp"
#include "math/factorization.hpp"
#include "math/integer.hpp"
#include "search/strategies/superabundant/benefit_table.hpp"

namespace robin::search {
namespace {

using math::Integer;

/// From one colossally abundant number to the next: prime number `i` goes to exponent `a`. Both have the greatest
/// benefit there is at the price of the step.
struct Step {
  std::size_t i;
  std::uint32_t a;
  double price;
};

std::vector<Step> steps_of(const ExponentTable& table) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < table.level(); ++i) {
    for (std::uint32_t a = 1; a <= table.exponent_max(i); ++a) {
      const auto& below = table.power(i, a - 1);
      const auto& above = table.power(i, a);
      steps.push_back({i, a, (above.log_abundancy - below.log_abundancy) / (above.log - below.log)});
    }
  }
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.price > b.price; });
  return steps;
}

/// Numbers as they are, and their sums of divisors.
struct Number {
  Partition exponents;
  Integer value{1};
  Integer sigma{1};
};

Number number_of(const ExponentTable& table, Partition exponents) {
  Number number{std::move(exponents)};
  for (std::size_t i = 0; i < number.exponents.size(); ++i) {
    const Integer prime(table.primes()[i]);
    number.value *= Integer::power(prime, number.exponents[i]);
    number.sigma *= math::sigma_of_prime_power(prime, number.exponents[i]);
  }
  return number;
}

/// The exponent patterns between two neighbouring colossally abundant numbers that lose no more than the step.
class Interval {
 public:
  /// `begin` are the exponents of the lesser one.
  Interval(const ExponentTable& table, const Partition& begin, const Step& step) : table_(table), price_(step.price) {
    for (std::size_t i = 0; i < begin.size(); ++i) {
      log_begin_ += table.power(i, begin[i]).log;
    }
    log_end_ = log_begin_ + table.power(step.i, step.a).log - table.power(step.i, step.a - 1).log;
    best_.reserve(table.level());
    for (std::size_t i = 0; i < table.level(); ++i) {
      best_.push_back(i < begin.size() ? benefit(i, begin[i]) : 0.0);
    }
    loss_of_nothing_.assign(table.level() + std::size_t{1}, 0.0);
    for (std::size_t i = table.level(); i-- > 0;) {
      loss_of_nothing_[i] = loss_of_nothing_[i + 1] + best_[i];
    }
  }

  [[nodiscard]] std::vector<Partition> patterns() {
    descend(table_.level(), 0, 0);
    return std::move(found_);
  }

 private:
  [[nodiscard]] double benefit(std::size_t i, std::uint32_t a) const {
    return table_.power(i, a).log_abundancy - price_ * table_.power(i, a).log;
  }
  /// What a number that is a record may lose: its sigma(n)/n is at least that where the interval begins.
  [[nodiscard]] double budget(double log_n) const { return price_ * (log_n - log_begin_) + BenefitTable::slack; }

  void descend(std::uint32_t exponent_max, double log, double loss) {
    const std::size_t i = pattern_.size();
    if (log >= log_begin_ - BenefitTable::slack && loss + loss_of_nothing_[i] <= budget(log)) {
      found_.push_back(pattern_);
    }
    for (std::uint32_t a = std::min(exponent_max, i < table_.level() ? table_.exponent_max(i) : 0); a >= 1; --a) {
      const double log_with = log + table_.power(i, a).log;
      const double loss_with = loss + best_[i] - benefit(i, a);
      if (log_with <= log_end_ + BenefitTable::slack && loss_with <= budget(log_end_)) {
        pattern_.push_back(a);
        descend(a, log_with, loss_with);
        pattern_.pop_back();
      }
    }
  }

  const ExponentTable& table_;
  double price_;
  double log_begin_ = 0;
  double log_end_ = 0;
  std::vector<double> best_;
  /// Of primes number i and up to the power 0.
  std::vector<double> loss_of_nothing_;
  Partition pattern_;
  std::vector<Partition> found_;
};

/// The least that a number of the level loses at a price.
double least_loss(const ExponentTable& table, double price, std::uint32_t level) {
  std::vector<double> benefits;
  double peak = 0;
  for (std::size_t i = 0; i < table.level(); ++i) {
    for (std::uint32_t a = 1; a <= table.exponent_max(i); ++a) {
      const auto& below = table.power(i, a - 1);
      const auto& above = table.power(i, a);
      benefits.push_back((above.log_abundancy - below.log_abundancy) - price * (above.log - below.log));
      peak += std::max(0.0, benefits.back());
    }
  }
  std::nth_element(benefits.begin(), benefits.begin() + (level - 1), benefits.end(), std::greater<>());
  return peak - std::accumulate(benefits.begin(), benefits.begin() + level, 0.0);
}

/// The records between `begin` and the number after it, which is one.
std::vector<Number> records(const ExponentTable& table, const Partition& begin, const Step& step) {
  Number record = number_of(table, begin);
  Partition end_exponents = begin;
  end_exponents.resize(std::max(begin.size(), step.i + 1));
  end_exponents[step.i] = step.a;
  const Number end = number_of(table, end_exponents);
  std::vector<Number> numbers;
  for (Partition& pattern : Interval(table, begin, step).patterns()) {
    Number number = number_of(table, std::move(pattern));
    if (record.value < number.value && number.value <= end.value) {
      numbers.push_back(std::move(number));
    }
  }
  std::sort(numbers.begin(), numbers.end(), [](const Number& a, const Number& b) { return a.value < b.value; });
  std::vector<Number> found;
  for (Number& number : numbers) {
    if (number.sigma * record.value > record.sigma * number.value) {
      record = number;
      found.push_back(std::move(number));
    }
  }
  ROBIN_ASSERT(!found.empty() && found.back().value == end.value, "a colossally abundant number is superabundant");
  return found;
}

}  // namespace

std::vector<Partition> superabundant_numbers(const ExponentTable& table, std::uint32_t level) {
  ROBIN_ASSERT(level >= 1 && level + superabundant_margin <= table.level(),
               "the table covers what surrounds the level");
  std::vector<Partition> found;
  Partition begin;
  std::uint32_t level_of_begin = 0;
  const std::vector<Step> steps = steps_of(table);
  for (std::size_t j = 0; j + 1 < steps.size(); ++j) {
    const Step& step = steps[j];
    // The logarithms in the table, all below 1, are within 2^-50, so a price is within 2^-48.
    ROBIN_ASSERT(step.price - steps[j + 1].price > 0x1p-47, "this step and the next cannot be told apart");
    // A superabundant number loses at most price * log(next / begin) = price * log p.
    const double worth = step.price * (table.power(step.i, step.a).log - table.power(step.i, step.a - 1).log);
    const double least = least_loss(table, step.price, level);
    if (level_of_begin >= level &&
        least > 1 / static_cast<double>(table.primes()[begin.size() - 1]) + BenefitTable::slack) {
      // From here on the level loses more and more, and a step is worth less and less.
      return found;
    }
    if (least <= worth + BenefitTable::slack) {
      ROBIN_ASSERT(least_loss(table, step.price, table.level()) > worth + BenefitTable::slack,
                   "no number of a level beyond the table can be in the way");
      for (Number& record : records(table, begin, step)) {
        if (std::accumulate(record.exponents.begin(), record.exponents.end(), 0U) == level) {
          found.push_back(std::move(record.exponents));
        }
      }
    }
    begin.resize(std::max(begin.size(), step.i + 1));
    begin[step.i] = step.a;
    ++level_of_begin;
  }
  ROBIN_ASSERT(false, "the table ends before the level is behind");
}

}  // namespace robin::search
