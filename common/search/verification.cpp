#include "search/verification.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace robin::search {
namespace {

constexpr std::uint64_t primes_min = std::uint64_t{1} << 17U;
constexpr std::uint64_t primes_a_walked_one = 30'000;
/// At the end of the last block, and of so many others.
constexpr std::size_t other_counts = 2;

std::vector<std::size_t> indices(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

Verification::Verification(std::unique_ptr<CertificateCheck> check, const VerificationExtent& extent,
                           std::mt19937_64 draws)
    : check_(std::move(check)), extent_(extent), draws_(std::move(draws)) {}

void Verification::run() {
  check_->check_blocks();
  check_parts();
  if (check_->mismatches().empty()) {
    check_counts();
  }
}

double Verification::miss_probability() const {
  // Whoever lies does so where nobody must look.
  const std::uint64_t others = parts() - parts_certain_;
  return others == 0 ? 0 : static_cast<double>(parts() - parts_checked_) / static_cast<double>(others);
}

double Verification::share(std::uint64_t primes) const {
  return primes_ == 0 ? 0 : static_cast<double>(primes) / static_cast<double>(primes_);
}

void Verification::check_parts() {
  const auto& parts = check_->parts();
  auto order = indices(parts.size());
  std::shuffle(order.begin(), order.end(), draws_);
  const std::size_t wanted =
      extent_.all         ? parts.size()
      : extent_.parts > 0 ? static_cast<std::size_t>(extent_.parts)
                          : static_cast<std::size_t>(std::ceil(extent_.sample * static_cast<double>(parts.size())));
  std::set<std::size_t> drawn;
  std::uint64_t in_drawn = 0;
  const auto draw = [&](std::size_t i) {
    if (drawn.insert(i).second) {
      in_drawn += parts[i].primes;
    }
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    primes_ += parts[i].primes;
    if (parts[i].may_hold_least) {
      draw(i);
    }
  }
  parts_certain_ = drawn.size();
  const std::uint64_t walked = extent_.all          ? primes_
                               : extent_.primes > 0 ? extent_.primes
                                                    : std::max(primes_min, primes_ / primes_a_walked_one);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < wanted || (in_drawn < walked && extent_.parts == 0)) {
      draw(order[i]);
    }
  }
  // In the order of blocks: what is found out for one serves all of its parts.
  const double share_walked =
      in_drawn == 0 ? 1 : std::min(1.0, static_cast<double>(walked) / static_cast<double>(in_drawn));
  for (const std::size_t i : drawn) {
    const double place = std::uniform_real_distribution<double>(0, 1)(draws_);
    const auto primes = static_cast<std::uint64_t>(std::ceil(share_walked * static_cast<double>(parts[i].primes)));
    one_by_one_ += check_->check_part(parts[i], place, std::max<std::uint64_t>(primes, 1));
    primes_checked_ += parts[i].primes;
    ++parts_checked_;
  }
}

void Verification::check_counts() {
  const std::size_t blocks = check_->parts().back().block + 1;
  auto ends = indices(blocks);
  std::shuffle(ends.begin(), ends.end() - 1, draws_);
  std::rotate(ends.begin(), ends.end() - 1, ends.end());
  ends.resize(extent_.all ? blocks : std::min(blocks, other_counts + 1));
  for (const std::size_t block : ends) {
    check_->check_count(block);
    ++counts_;
  }
}

}  // namespace robin::search
