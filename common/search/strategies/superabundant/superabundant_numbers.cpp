#include "search/strategies/superabundant/superabundant_numbers.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/contract.hpp"
#include "math/factorization.hpp"
#include "math/integer.hpp"
#include "search/strategies/superabundant/benefit_table.hpp"

namespace robin::search {
namespace {

using math::Integer;

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
class PatternsBetween {
 public:
  /// `begin` and `end` are the exponents of the two, neighbours at that price.
  PatternsBetween(const ExponentTable& table, const Partition& begin, const Partition& end, double price)
      : table_(table), price_(price) {
    for (std::size_t i = 0; i < begin.size(); ++i) {
      log_begin_ += table.power(i, begin[i]).log;
    }
    for (std::size_t i = 0; i < end.size(); ++i) {
      log_end_ += table.power(i, end[i]).log;
    }
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

/// The records after `begin` and up to `end`, neighbours at that price: both are records.
std::vector<Partition> records(const ExponentTable& table, const Partition& begin, const Partition& end, double price) {
  Number record = number_of(table, begin);
  const Number last = number_of(table, end);
  std::vector<Number> numbers;
  for (Partition& pattern : PatternsBetween(table, begin, end, price).patterns()) {
    Number number = number_of(table, std::move(pattern));
    if (record.value < number.value && number.value <= last.value) {
      numbers.push_back(std::move(number));
    }
  }
  std::sort(numbers.begin(), numbers.end(), [](const Number& a, const Number& b) { return a.value < b.value; });
  std::vector<Partition> found;
  for (Number& number : numbers) {
    if (number.sigma * record.value > record.sigma * number.value) {
      found.push_back(number.exponents);
      record = std::move(number);
    }
  }
  ROBIN_ASSERT(!found.empty() && record.value == last.value, "a colossally abundant number is superabundant");
  return found;
}

}  // namespace

SuperabundantNumbers::SuperabundantNumbers(const ExponentTable& table) : table_(table) {
  for (std::size_t i = 0; i < table.level(); ++i) {
    for (std::uint32_t a = 1; a <= table.exponent_max(i); ++a) {
      const auto& below = table.power(i, a - 1);
      const auto& above = table.power(i, a);
      steps_.push_back({i, a, (above.log_abundancy - below.log_abundancy) / (above.log - below.log)});
    }
  }
  std::sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.price > b.price; });
}

std::vector<Partition> SuperabundantNumbers::of_level(std::uint32_t level) const {
  ROBIN_ASSERT(level >= 1 && level + superabundant_margin <= table_.level(),
               "the table covers what surrounds the level");
  std::vector<Partition> found;
  Partition begin;
  for (std::size_t j = 0; j + 1 < steps_.size(); ++j) {
    const Step& step = steps_[j];
    // The logarithms in the table, all below 1, are within 2^-50, so a price is within 2^-48.
    ROBIN_ASSERT(step.price - steps_[j + 1].price > 0x1p-47, "this step and the next cannot be told apart");
    // A superabundant number loses at most price * log(next / begin) = price * log p.
    const double worth = step.price * (table_.power(step.i, step.a).log - table_.power(step.i, step.a - 1).log);
    const double least = least_loss(step.price, level);
    if (j >= level && least > 1 / static_cast<double>(table_.primes()[begin.size() - 1]) + BenefitTable::slack) {
      // From here on the level loses more and more, and a step is worth less and less.
      return found;
    }
    if (least <= worth + BenefitTable::slack) {
      ROBIN_ASSERT(least_loss(step.price, table_.level()) > worth + BenefitTable::slack,
                   "no number of a level beyond the table can be in the way");
      for (const Partition& record : between(begin, j)) {
        if (std::accumulate(record.begin(), record.end(), 0U) == level) {
          found.push_back(record);
        }
      }
    }
    begin.resize(std::max(begin.size(), step.i + 1));
    begin[step.i] = step.a;
  }
  ROBIN_ASSERT(false, "the table ends before the level is behind");
}

/// The least that a number of the level loses at a price.
double SuperabundantNumbers::least_loss(double price, std::uint32_t level) const {
  std::vector<double> benefits;
  benefits.reserve(steps_.size());
  double peak = 0;
  for (const Step& step : steps_) {
    // price * size = gain for the step's own price.
    const double size = table_.power(step.i, step.a).log - table_.power(step.i, step.a - 1).log;
    benefits.push_back((step.price - price) * size);
    peak += std::max(0.0, benefits.back());
  }
  std::nth_element(benefits.begin(), benefits.begin() + (level - 1), benefits.end(), std::greater<>());
  return peak - std::accumulate(benefits.begin(), benefits.begin() + level, 0.0);
}

const std::vector<Partition>& SuperabundantNumbers::between(const Partition& begin, std::size_t j) const {
  const std::scoped_lock lock(mutex_);
  const auto known = known_.find(j);
  if (known != known_.end()) {
    return known->second;
  }
  Partition end = begin;
  end.resize(std::max(begin.size(), steps_[j].i + 1));
  end[steps_[j].i] = steps_[j].a;
  return known_[j] = records(table_, begin, end, steps_[j].price);
}

}  // namespace robin::search
