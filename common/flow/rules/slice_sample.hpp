#pragma once

// SliceSample: which slices of undisputed results the auditor computes again: each slice that is seen draws a number
// from entropy, those below the share are kept, the least ones if there is no room for all, and the least is taken
// first. So whatever is taken is a sample of all that was seen in which every slice had the same chance, wherever it
// stood and whenever it came; how many slices are taken is up to who takes them; and nobody can foresee which. Bounded.
// Used by one thread.

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
  /// A share of 0 to 1 of all slices at most; `kept_max` >= 1 of them are kept at once; `draws` from entropy.
  SliceSample(double share, std::size_t kept_max, std::mt19937_64 draws)
      : share_(share), kept_max_(kept_max), draws_(draws) {
    ROBIN_ASSERT(share >= 0 && share <= 1 && kept_max >= 1, "a share, and room for one");
    draw_next();
  }

  /// Sees slices that are not kept: `count` of them, or those before the first that is to be kept. Returns how many.
  std::uint64_t pass(std::uint64_t count) {
    const std::uint64_t passed = count < before_next_ ? count : before_next_;
    before_next_ -= passed;
    seen_ += passed;
    return passed;
  }
  /// Sees the slice that is to be kept.
  void keep(Slice slice) {
    ROBIN_ASSERT(before_next_ == 0, "pass() has said so");
    ++seen_;
    kept_.emplace(draw() * bound(), std::move(slice));
    if (kept_.size() > kept_max_) {
      kept_.erase(std::prev(kept_.end()));
    }
    draw_next();
  }
  /// One of those that are kept; nullopt: there is none.
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
  /// Who draws less is kept.
  [[nodiscard]] double bound() const { return kept_.size() < kept_max_ ? share_ : std::prev(kept_.end())->first; }

  /// How many slices draw that much or more before one draws less: drawn at once, so that a slice costs nothing.
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
