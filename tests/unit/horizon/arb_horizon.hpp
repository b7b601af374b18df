#pragma once

// ArbHorizon: inequality (*) of common/horizon/ALGORITHMS.md a second time, by Arb and by nothing of common/horizon:
// sums prime by prime, the peak by bisection, E1 by another library. Used by one thread.

#include <cstdint>
#include <vector>

#include "unit/horizon/arb_number.hpp"

namespace robin::testing_support {

class ArbHorizon {
 public:
  struct Options {
    slong height = 3'000'000'000'000;
    ulong terms = 0;
    /// a, as "5.43e-13".
    std::string width = "0";
    bool has_tables = true;
    /// Where the sum over squares of primes ends above 10^30.
    std::string theta_end = "2e25";
  };

  explicit ArbHorizon(const Options& options) : options_(options) {}

  /// At most the margin of every n with from <= log n <= to: a ball, its lower end counts.
  [[nodiscard]] ArbNumber margin(const ArbNumber& from, const ArbNumber& to) const;

 private:
  struct Power {
    ArbNumber log_p;
    ArbNumber d;
    ArbNumber e;
  };
  [[nodiscard]] ArbNumber difference(const ArbNumber& y, const ArbNumber& b) const;
  [[nodiscard]] ArbNumber squares(const ArbNumber& y, const ArbNumber& b, const ArbNumber& price) const;

  struct Tables {
    std::vector<std::uint64_t> primes;
    /// Of each k from 2 on.
    std::vector<std::vector<Power>> powers;
  };
  [[nodiscard]] static const Tables& tables();
  /// 1 without tables.
  [[nodiscard]] ArbNumber last_prime() const;

  Options options_;
};

}  // namespace robin::testing_support
