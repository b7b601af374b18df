#include "search/prime_windows/window.hpp"

#include <algorithm>
#include <bit>

#include "core/contract.hpp"
#include "core/for_each_cpu.hpp"
#include "math/primes.hpp"
#include "math/wheel_sieve.hpp"
#include "search/prime_windows/fixed_log.hpp"

namespace robin::search::prime_windows {
namespace {

/// Below, second moments are summed up, too: first ones alone would cost more of the margin than there is.
constexpr std::uint64_t first_moments_begin = 10'000'000'000;
/// Count, offset sum and square sum of a window in a Tally.
constexpr std::size_t numbers_a_window = 3;
/// Logarithms are multiplied by counts in these units.
constexpr unsigned product_bits = 72;

/// k with 4^k <= x < 4^(k+1).
unsigned level(std::uint64_t x) {
  ROBIN_ASSERT(x >= windows_begin, "windows begin at 2^20");
  return (static_cast<unsigned>(std::bit_width(x)) - 1) / 2;
}

std::uint64_t next_multiple(std::uint64_t x, std::uint64_t of) { return (x / of + 1) * of; }

ROBIN_FOR_EACH_CPU std::uint64_t sum_of(const std::uint64_t* first, const std::uint64_t* last) {
  std::uint64_t sum = 0;
  for (; first != last; ++first) {
    sum += *first;
  }
  return sum;
}

ROBIN_FOR_EACH_CPU std::uint64_t sum_of_squares(const std::uint64_t* first, const std::uint64_t* last,
                                                std::uint64_t origin) {
  std::uint64_t sum = 0;
  for (; first != last; ++first) {
    const std::uint64_t offset = *first - origin;
    sum += offset * offset;
  }
  return sum;
}

/// Takes primes in ascending order, as a list or as bits, and writes a window's numbers whenever it is over.
class WindowSummation {
 public:
  WindowSummation(std::uint64_t begin, std::uint64_t end) : end_(end) { open(begin); }

  void take(const std::uint64_t* first, const std::uint64_t* last) {
    while (first != last) {
      const bool is_inside = last[-1] < window_end_;
      const std::uint64_t* stop = is_inside ? last : std::lower_bound(first, last, window_end_);
      const auto count = static_cast<std::uint64_t>(stop - first);
      // Modulo 2^64; the sum of the offsets is below, since a window holds less than 2^29 numbers.
      sums_ += {count, sum_of(first, stop) - count * begin_, has_squares_ ? sum_of_squares(first, stop, begin_) : 0};
      first = stop;
      if (!is_inside) {
        close();
      }
    }
  }

  void take(const math::PrimeBits& bits) {
    const std::uint64_t bits_end = std::min(bits.end(), end_);
    std::uint64_t at = std::max(bits.begin, begin_);
    while (at < bits_end) {
      const std::uint64_t stop = std::min(window_end_, bits_end);
      sums_ += math::moments_of(bits, at, stop, begin_, has_squares_ ? math::Moments::Second : math::Moments::First);
      at = stop;
      if (stop == window_end_) {
        close();
      }
    }
  }

  [[nodiscard]] Tally finish() && {
    while (begin_ < end_) {
      close();
    }
    return std::move(tally_);
  }

 private:
  void open(std::uint64_t begin) {
    begin_ = begin;
    if (begin_ < end_) {
      window_end_ = std::min(window_end(begin), end_);
      has_squares_ = begin < first_moments_begin;
    }
    sums_ = {};
  }
  void close() {
    tally_.insert(tally_.end(), {sums_.count, sums_.offset_sum, sums_.square_sum});
    open(window_end_);
  }

  std::uint64_t end_;
  std::uint64_t begin_ = 0;
  std::uint64_t window_end_ = 0;
  bool has_squares_ = false;
  /// About begin_.
  math::PrimeMoments sums_;
  Tally tally_;
};

/// The moments of a window about its centre c: n primes p = c + t, |t| <= h, m = sum of t, q = sum of t^2.
struct Moments {
  explicit Moments(const WindowTally& window)
      : n(window.count),
        c(window.begin + (window.end - window.begin) / 2),
        h(std::max(c - window.begin, window.end - c)),
        has_q(window.begin < first_moments_begin) {
    const auto shift = static_cast<int128>(c - window.begin);
    m = static_cast<int128>(window.offset_sum) - shift * static_cast<int128>(n);
    q = static_cast<int128>(window.square_sum) - 2 * shift * static_cast<int128>(window.offset_sum) +
        shift * shift * static_cast<int128>(n);
  }

  std::uint64_t n;
  std::uint64_t c;
  std::uint64_t h;
  bool has_q;
  int128 m;
  int128 q;
};

/// n h^power / (c - h)^below, rounded up, in units of 2^-bits.
uint128 remainder_bound(const Moments& w, unsigned power, unsigned below, unsigned bits) {
  uint128 bound = uint128{w.n} << bits;
  for (unsigned i = 0; i < below; ++i) {
    bound = divided_up(bound, w.c - w.h);
    if (i < power) {
      bound *= w.h;
    }
  }
  return bound;
}

/// Sum of log p, in units of 2^-72, given log c in units of 2^-80.
Fixed sum_of_logs(const Moments& w, const Fixed& log_c) {
  constexpr unsigned drop = fine_log_bits - product_bits;
  const auto n = static_cast<int128>(w.n);
  const int128 linear = divided_down(w.m << product_bits, w.c);
  Fixed sum{n * (log_c.lo >> drop) + linear, n * ((log_c.hi >> drop) + 1) + linear + 1};
  if (w.has_q) {
    // log(1 + u) = u - u^2/2 +- h^3/(3 (c-h)^3)
    const int128 square = divided_down(divided_down(w.q << product_bits, w.c), 2 * w.c);
    const auto error = static_cast<int128>(divided_up(remainder_bound(w, 3, 3, product_bits), 3));
    sum.lo -= square + 1 + error;
    sum.hi += error - square;
  } else {
    // log(1 + u) in u - [0, h^2/(2 (c-h)^2)]
    sum.lo -= static_cast<int128>(divided_up(remainder_bound(w, 2, 2, product_bits), 2));
  }
  return sum;
}

/// m/c^2 in units of 2^-96.
Fixed moment_over_square(const Moments& w) {
  const int128 once = divided_down(w.m << 64U, w.c);
  return {divided_down(once << 32U, w.c), divided_down((once + 1) << 32U, w.c) + 1};
}

/// Sum of 1/p, in units of 2^-96.
Fixed sum_of_reciprocals(const Moments& w) {
  const auto main = static_cast<int128>((uint128{w.n} << growth_bits) / w.c);
  const Fixed slope = moment_over_square(w);
  Fixed sum{main - slope.hi, main + 1 - slope.lo};
  if (w.has_q) {
    // 1/(c+t) = 1/c - t/c^2 + t^2/c^3 +- h^3/(c^3 (c-h))
    const int128 once = divided_down(w.q << 64U, w.c);
    const int128 cube = divided_down(divided_down(once << 32U, w.c), w.c);
    const int128 cube_up = divided_down(divided_down((once + 1) << 32U, w.c) + 1, w.c) + 1;
    const auto error = static_cast<int128>(remainder_bound(w, 3, 4, growth_bits));
    sum.lo += cube - error;
    sum.hi += cube_up + error;
  } else {
    // 1/(c+t) in 1/c - t/c^2 + [0, h^2/(c^2 (c-h))]
    sum.hi += static_cast<int128>(remainder_bound(w, 2, 3, growth_bits));
  }
  return sum;
}

/// Sum of 1/p^2, in units of 2^-96: 1/(c+t)^2 = 1/c^2 - 2 t/c^3 + [0, 3 h^2/(c-h)^4].
Fixed sum_of_reciprocal_squares(const Moments& w) {
  const auto main = static_cast<int128>((uint128{w.n} << growth_bits) / w.c / w.c);
  const Fixed slope = moment_over_square(w);
  return {main - divided_down(2 * slope.hi, w.c) - 1,
          main + 1 - divided_down(2 * slope.lo, w.c) + 3 * static_cast<int128>(remainder_bound(w, 2, 4, growth_bits))};
}

/// Sum of the logarithms of the factors, in units of 2^-96, with x = 1/p:
/// log(1 + x) in x - x^2/2 + [0, x^3/3], and -log(1 - x) in x + x^2/2 + [0, x^3/2] for x < 1/3.
Fixed sum_of_growths(const Moments& w, math::EulerFactor factor) {
  const Fixed first = sum_of_reciprocals(w);
  const Fixed second = sum_of_reciprocal_squares(w);
  const uint128 cubes = remainder_bound(w, 0, 3, growth_bits);
  return factor == math::EulerFactor::Sigma
             ? Fixed{first.lo - (second.hi / 2 + 1),
                     first.hi - second.lo / 2 + 1 + static_cast<int128>(divided_up(cubes, 3))}
             : Fixed{first.lo + second.lo / 2 - 1,
                     first.hi + second.hi / 2 + 1 + static_cast<int128>(divided_up(cubes, 2))};
}

}  // namespace

std::uint64_t window_end(std::uint64_t x) { return next_multiple(x, std::uint64_t{1} << (level(x) - 2U)); }

std::uint64_t group_begin(std::uint64_t x) {
  const unsigned k = level(x);
  const unsigned windows_log2 = k / 2 - 2;
  const std::uint64_t span = std::uint64_t{1} << (k - 2U + windows_log2);
  return x / span * span;
}

std::uint64_t slice_end_at(std::uint64_t x) {
  if (x < windows_begin) {
    return windows_begin;
  }
  // Long enough that beginning to sieve costs little, short enough to share among threads, and to stop after one.
  const unsigned k = level(x);
  return next_multiple(x, std::uint64_t{1} << std::max(k + 8U, std::min(k + 12U, 30U)));
}

Tally tally_windows(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(windows_begin <= begin, "windows begin at 2^20");
  if (!math::is_wheel_sieve_range(begin, end)) {
    return tally_windows_by_list(begin, end);
  }
  WindowSummation summation(begin, end);
  math::for_each_prime_bits(begin, end, [&summation](const math::PrimeBits& bits) { summation.take(bits); });
  return std::move(summation).finish();
}

Tally tally_windows_by_list(std::uint64_t begin, std::uint64_t end) {
  ROBIN_ASSERT(windows_begin <= begin, "windows begin at 2^20");
  WindowSummation summation(begin, end);
  math::for_each_prime_run(
      begin, end, [&summation](const std::uint64_t* first, const std::uint64_t* last) { summation.take(first, last); });
  return std::move(summation).finish();
}

void for_each_window(std::uint64_t begin, std::uint64_t end, const Tally& tally,
                     const std::function<void(const WindowTally&)>& visit) {
  std::size_t index = 0;
  for (std::uint64_t at = begin; at < end; index += numbers_a_window) {
    ROBIN_ASSERT(index + numbers_a_window <= tally.size(), "a tally covers its range");
    const WindowTally window{at, std::min(window_end(at), end), tally[index], tally[index + 1], tally[index + 2]};
    visit(window);
    at = window.end;
  }
}

StepSums sums_of_window(const WindowTally& window, math::EulerFactor factor) {
  if (window.count == 0) {
    return {};
  }
  const Moments w(window);
  const Fixed logs = sum_of_logs(w, fixed_log(w.c));
  const Fixed growths = sum_of_growths(w, factor);
  ROBIN_ASSERT(0 <= logs.lo && logs.lo <= logs.hi && 0 <= growths.lo && growths.lo <= growths.hi,
               "primes add something, and enclosures are not empty");
  constexpr unsigned drop = product_bits - log_bits;
  return {static_cast<uint128>(logs.lo >> drop), static_cast<uint128>(logs.hi >> drop) + 1,
          static_cast<uint128>(growths.lo), static_cast<uint128>(growths.hi)};
}

}  // namespace robin::search::prime_windows
