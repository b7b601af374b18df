#pragma once

// Horizon: a lower bound of the margin gamma + log log log n - log(sigma(n)/n) of Robin's inequality, for every n with
// log n in a range at once, from the zeros of zeta that are verified to a height: inequality (*) of ALGORITHMS.md, with
// enclosures. Where it is positive the inequality holds. A theorem of others that does not speak of the numbers at hand
// is a refusal that names it; nothing is cut to fit. Immutable after construction; any thread may ask.

#include <cstdint>
#include <optional>

#include "core/refusal.hpp"
#include "horizon/averaging.hpp"
#include "horizon/higher_powers.hpp"
#include "horizon/input.hpp"

namespace robin::horizon {

struct HorizonOptions {
  /// The height up to which the zeros are verified: height_min to verified_height_max.
  std::uint64_t height = 3'000'000'000'000;
  /// The averaging; the best one for that height if none is given.
  std::optional<Averaging> averaging = std::nullopt;
  math::PrecisionBits precision{128};
  /// Squares of primes below this are summed up one by one. 0: none are, and then nothing is known where log n is below
  /// 1.2e6.
  std::uint64_t squares_below = std::uint64_t{1} << 20U;
};

inline constexpr std::uint64_t height_min = 100;
inline constexpr long horizon_bits_min = 32;
inline constexpr long horizon_bits_max = 4096;

struct Bound {
  /// The bound: its lower end is at most the margin of every n of the range. A negative bound says nothing.
  math::Interval margin;
  /// The bound times sqrt x log x at the begin x of the range; if positive, it is at most that product of every n of
  /// the range.
  math::Interval factor;
  /// Which theorem about theta was used, if any was.
  std::optional<Input> theta;
};

class Horizon {
 public:
  /// Refused if options are out of range.  Cost: a second, for the tables.
  [[nodiscard]] static core::Parsed<Horizon> make(const HorizonOptions& options);

  /// The bound for every n with from <= log n <= to, 1 < from <= to.  Cost: some milliseconds.
  [[nodiscard]] core::Parsed<Bound> bound_between(const math::Interval& from, const math::Interval& to) const;
  [[nodiscard]] core::Parsed<Bound> bound_at(const math::Interval& log_n) const { return bound_between(log_n, log_n); }

  [[nodiscard]] std::uint64_t height() const noexcept { return height_; }
  [[nodiscard]] const Averaging& averaging() const noexcept { return averaging_; }
  [[nodiscard]] const Arithmetic& arithmetic() const noexcept { return at_; }

 private:
  Horizon(const HorizonOptions& options, const Averaging& averaging);
  [[nodiscard]] math::Interval losses(const math::Interval& y, const math::Interval& log_y) const;

  Arithmetic at_;
  std::uint64_t height_;
  Averaging averaging_;
  HigherPowers powers_;
  // Constants of the averaging: e^lambda and e^-lambda; S_(m+2)/a^m; e^(4 lambda) m a^2/6.
  math::Interval spread_;
  math::Interval inverse_spread_;
  math::Interval high_zeros_;
  math::Interval curvature_;
  math::Interval low_zeros_;
  math::Interval log_two_pi_;
};

}  // namespace robin::horizon
