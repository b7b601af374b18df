#pragma once

// SliceSample: chooses the slices of undisputed results that the auditor computes again. For each slice that it sees it
// draws a number in [0, 1) from entropy. It keeps the slices whose number is below the share; if there are more than it
// has room for, those with the least numbers. take() gives the one with the least number.
//
// So the slices that are taken are a sample of all that were seen: each had the same chance, wherever it stood and
// whenever it came, and nobody can foresee which they will be. Whoever takes slices decides how many. Used by one
// thread.

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "core/contract.hpp"

namespace robin::flow {

template <class Slice>
class SliceSample {
 public:
  /// At most `share` (0 to 1) of all slices are kept, and at most `kept_max` (from 1) at once. `draws` is seeded from
  /// entropy.
  SliceSample(double share, std::size_t kept_max, std::mt19937_64 draws)
      : share_(share), kept_max_(kept_max), draws_(draws) {
    ROBIN_ASSERT(share >= 0 && share <= 1 && kept_max >= 1, "a share, and room for one");
    draw_next();
  }

  /// Sees up to `count` slices, and stops before the first one that has to be kept. Returns how many it has seen. If
  /// these are fewer than `count`, call keep() with the next one.
  std::uint64_t pass(std::uint64_t count) {
    const std::uint64_t passed = count < before_next_ ? count : before_next_;
    before_next_ -= passed;
    seen_ += passed;
    return passed;
  }
  /// Sees the slice before which pass() has stopped, and keeps it.
  void keep(Slice slice) {
    ROBIN_ASSERT(before_next_ == 0, "pass() has said so");
    ++seen_;
    kept_.emplace(draw() * bound(), std::move(slice));
    if (kept_.size() > kept_max_) {
      kept_.erase(std::prev(kept_.end()));
    }
    draw_next();
  }
  /// Takes one of the slices that are kept; nullopt if there is none.
  std::optional<Slice> take() {
    if (kept_.empty()) {
      return std::nullopt;
    }
    std::optional<Slice> slice(std::move(kept_.begin()->second));
    kept_.erase(kept_.begin());
    draw_next();
    return slice;
  }

  [[nodiscard]] bool is_empty() const { return kept_.empty(); }
  [[nodiscard]] std::size_t kept() const { return kept_.size(); }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }

 private:
  /// In [0, 1).
  double draw() { return std::uniform_real_distribution<double>()(draws_); }
  /// A slice that draws less than this is kept.
  [[nodiscard]] double bound() const { return kept_.size() < kept_max_ ? share_ : std::prev(kept_.end())->first; }

  /// Draws how many slices will not be kept before the next one that is: one draw for all of them, so that a slice
  /// costs nothing.
  void draw_next() {
    constexpr double far = 9e18;
    const double least = bound();
    const double before = least > 0 ? std::floor(std::log1p(-draw()) / std::log1p(-least)) : far;
    before_next_ = before < far ? static_cast<std::uint64_t>(before) : std::numeric_limits<std::uint64_t>::max();
  }

  double share_;
  std::size_t kept_max_;
  std::mt19937_64 draws_;
  std::multimap<double, Slice> kept_;
  std::uint64_t before_next_ = 0;
  std::uint64_t seen_ = 0;
};

}  // namespace robin::flow
