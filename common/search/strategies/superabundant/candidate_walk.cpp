#include "search/strategies/superabundant/candidate_walk.hpp"

#include "contract.hpp"
#include "math/factorization.hpp"
#include "math/interval.hpp"
#include "math/primes.hpp"

namespace robin::search {
namespace {

constexpr math::PrecisionBits precision{80};

ExponentTable::Entry enclosed_entry(std::uint64_t prime, std::uint32_t exponent) {
  using math::Interval;
  const Interval log =
      Interval::mul(Interval::log(Interval::from(math::Integer(prime), precision), precision), exponent, precision);
  const Interval abundancy = Interval::from_ratio(math::sigma_of_prime_power(prime, exponent),
                                                  math::Integer::power(prime, exponent), precision);
  return {log.lower_double(), abundancy.lower_double()};
}

}  // namespace

ExponentTable::ExponentTable(std::uint32_t level)
    : primes_(math::first_primes(level)), cumulated_{{0.0, 1.0}}, inverse_{1.0} {
  math::Integer primorial(1);
  math::Integer sigma(1);
  for (std::uint32_t i = 0; i < level; ++i) {
    const std::uint64_t prime = primes_[i];
    rows_.push_back(entries_.size());
    entries_.push_back({0.0, 1.0});
    // i + 1 primes with exponents that do not increase: the last one is at most level / (i + 1).
    for (std::uint32_t e = 1; e <= level / (i + 1); ++e) {
      entries_.push_back(enclosed_entry(prime, e));
    }
    primorial *= prime;
    sigma *= prime + 1;
    const auto log = math::Interval::log(math::Interval::from(primorial, precision), precision);
    const auto abundancy = math::Interval::from_ratio(sigma, primorial, precision);
    cumulated_.push_back({log.lower_double(), abundancy.lower_double()});
    inverse_.push_back(math::Interval::from_ratio(primorial, sigma, precision).lower_double());
  }
}

CandidateWalk::CandidateWalk(const ExponentTable& table, const Partition& partition)
    : table_(table), prefix_{{0.0, 1.0}} {
  ROBIN_ASSERT(!partition.empty(), "a level is at least 1");
  std::uint32_t ones = 0;
  for (const std::uint32_t part : partition) {
    if (part > 1) {
      push(part);
    } else {
      ++ones;
    }
  }
  set_ones(ones);
}

void CandidateWalk::push(std::uint32_t part) {
  const auto& power = table_.power(large_.size(), part);
  const auto& before = prefix_.back();
  large_.push_back(part);
  prefix_.push_back({before.log + power.log, before.abundancy * power.abundancy});
}

void CandidateWalk::set_ones(std::uint32_t count) {
  ones_ = count;
  ones_entry_ = table_.ones(large_.size(), large_.size() + count);
}

void CandidateWalk::advance() {
  if (large_.empty()) {
    // (1, ..., 1) ends a level; the next one begins with a single part.
    unchanged_ = 0;
    const std::uint32_t next_level = ones_ + 1;
    ROBIN_ASSERT(next_level <= table_.level(), "the table covers the next level");
    if (next_level > 1) {
      push(next_level);
    }
    set_ones(next_level > 1 ? 0 : 1);
    return;
  }
  // The last part above 1 shrinks by one; what it loses and the ones are dealt out again, greedily.
  const std::uint32_t part = large_.back() - 1;
  std::uint32_t rest = ones_ + 1;
  large_.pop_back();
  prefix_.pop_back();
  unchanged_ = large_.size();
  if (part == 1) {
    set_ones(rest + 1);
    return;
  }
  push(part);
  for (; rest >= part; rest -= part) {
    push(part);
  }
  if (rest > 1) {
    push(rest);
    rest = 0;
  }
  set_ones(rest);
}

Partition CandidateWalk::partition() const {
  Partition parts = large_;
  parts.insert(parts.end(), ones_, 1);
  return parts;
}

}  // namespace robin::search
