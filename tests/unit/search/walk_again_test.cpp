// The walk that shares no code with windows, against margins that are followed in long doubles: claims just below the
// least one hold, and claims just above it are refused at the step where it lies.

#include "search/prime_windows/walk_again.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace robin::search::prime_windows {
namespace {

using math::EulerFactor;

bool is_prime(std::uint64_t n) {
  for (std::uint64_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) {
      return false;
    }
  }
  return n > 1;
}

struct Met {
  std::uint64_t position;
  long double margin;
};

constexpr std::uint64_t begin = 1U << 20U;
constexpr std::uint64_t end = begin + 20'000;

class WalkAgainTest : public testing::TestWithParam<EulerFactor> {
 protected:
  [[nodiscard]] long double sign() const { return GetParam() == EulerFactor::Sigma ? 1 : -1; }

  /// From a number with this L and margin on; the first that is met is that number.
  void follow(long double log, long double margin) {
    const long double growth = std::numbers::egamma_v<long double> + std::log(std::log(log)) - sign() * margin;
    request_.begin = begin;
    request_.end = end;
    request_.factor = GetParam();
    request_.total = sums(log, growth);
    long double log_now = log;
    // Of what was added alone, so that little is lost where margins are compared.
    long double log_gained = 0;
    long double growth_gained = 0;
    met_ = {{begin, margin}};
    for (std::uint64_t p = begin; p < end; ++p) {
      if (is_prime(p)) {
        log_gained += std::log(static_cast<long double>(p));
        growth_gained += std::log1p(1 / static_cast<long double>(GetParam() == EulerFactor::Sigma ? p : p - 1));
        log_now = log + log_gained;
        const long double log_log_gained = std::log1p(std::log1p(log_gained / log) / std::log(log));
        met_.push_back({p, margin + sign() * (log_log_gained - growth_gained)});
      }
    }
    request_.total_at_end = sums(log_now, growth + growth_gained);
  }
  [[nodiscard]] Met least() const {
    return *std::min_element(met_.begin(), met_.end(), [](const Met& a, const Met& b) { return a.margin < b.margin; });
  }
  [[nodiscard]] Walked walk(long double claimed) {
    request_.claimed = static_cast<int128>(std::ldexp(claimed, growth_bits));
    return walk_again(request_);
  }

  WalkRequest request_{};
  std::vector<Met> met_;

 private:
  /// Enclosed with what a long double leaves out.
  static StepSums sums(long double log, long double growth) {
    const auto fixed = [](long double value, unsigned bits, int direction) {
      return static_cast<uint128>(std::ldexp(value * (1 + direction * 0x1p-60L), static_cast<int>(bits)));
    };
    return {fixed(log, log_bits, -1), fixed(log, log_bits, 1), fixed(growth, growth_bits, -1),
            fixed(growth, growth_bits, 1)};
  }
};

// Sums enclosed to 2^-60 of them, and what a long double loses.
constexpr long double tolerance = 1e-15L;

TEST_P(WalkAgainTest, RefusesWhatIsClaimedAboveTheLeastMarginAndNothingBelow) {
  // Where L lies below the place of the steps log log L grows faster than S; above, slower.
  for (const long double log : {0x1p19L, 0x1p20L, 0x1p21L}) {
    follow(log, 1e-2L);
    const Walked holds = walk(least().margin - tolerance);
    EXPECT_EQ(holds.mismatch, "") << log;
    EXPECT_EQ(holds.primes, met_.size() - 1);
    EXPECT_TRUE(holds.meets);
    const Walked refused = walk(least().margin + tolerance);
    EXPECT_EQ(refused.mismatch,
              "the margin at the step " + std::to_string(least().position) + " is below what is claimed")
        << log;
  }
}

TEST_P(WalkAgainTest, RefusesNumbersThatDoNotSatisfyTheInequality) {
  const long double log = GetParam() == EulerFactor::Sigma ? 0x1p21L : 0x1p19L;
  follow(log, 1e-2L);
  const long double falls_by = 1e-2L - least().margin;
  follow(log, falls_by / 2);
  const Walked walked = walk(-1);
  EXPECT_NE(walked.mismatch, "") << "claims are no excuse";
}

TEST_P(WalkAgainTest, SaysWhereItEndsElsewhere) {
  follow(0x1p20L, 1e-2L);
  request_.total_at_end.log_lo += uint128{1} << 30U;
  request_.total_at_end.log_hi += uint128{1} << 30U;
  EXPECT_FALSE(walk(0).meets);
}

INSTANTIATE_TEST_SUITE_P(Inequalities, WalkAgainTest, testing::Values(EulerFactor::Sigma, EulerFactor::Totient),
                         [](const auto& parameter) {
                           return parameter.param == EulerFactor::Sigma ? std::string("Robin") : std::string("Nicolas");
                         });

}  // namespace
}  // namespace robin::search::prime_windows
