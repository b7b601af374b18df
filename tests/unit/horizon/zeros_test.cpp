// Step 2 to 4 of ALGORITHMS.md against numbers: the identity g = D - K by the first zeros, and the sums over zeros.

#include "horizon/zeros.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <numbers>

#include "unit/horizon/arb_number.hpp"
#include "unit/horizon/definition.hpp"

#if __has_include(<flint/acb_dirichlet.h>)
#include <flint/acb_dirichlet.h>
#else
#include <acb_dirichlet.h>
#endif

namespace robin::horizon {
namespace {

using testing_support::Complex;
using testing_support::tail_integral;

/// tests/unit/horizon/zeros.txt: those with 0 < Im rho < 1000.
const std::vector<long double>& ordinates() {
  static const std::vector<long double> all = [] {
    std::vector<long double> read;
    std::ifstream file(ROBIN_SOURCE_DIR "/tests/unit/horizon/zeros.txt");
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with('#')) {
        read.push_back(std::strtold(line.c_str(), nullptr));
      }
    }
    return read;
  }();
  return all;
}

TEST(Zeros, TheListIsThatOfArb) {
  ASSERT_EQ(ordinates().size(), 649U);
  for (const std::size_t index : {1U, 2U, 3U, 100U, 300U, 500U, 649U}) {
    acb_t zero;
    fmpz_t number;
    acb_init(zero);
    fmpz_init_set_ui(number, index);
    acb_dirichlet_zeta_zero(zero, number, 64);
    EXPECT_NEAR(arf_get_d(arb_midref(acb_imagref(zero)), ARF_RND_NEAR), static_cast<double>(ordinates()[index - 1]),
                1e-12);
    fmpz_clear(number);
    acb_clear(zero);
  }
  // What |N(t) - (t/2 pi) log(t/2 pi e)| <= 0.2 log t + 12 says of it.
  const double t = 1000;
  const double smooth = t / (2 * std::numbers::pi) * std::log(t / (2 * std::numbers::pi * std::numbers::e));
  EXPECT_LT(std::abs(649 - smooth), 0.2 * std::log(t) + 12);
  flint_cleanup();
}

TEST(Zeros, GByItsDefinitionIsTheDifferenceLessTheSumOverZeros) {
  const testing_support::Definition definition(301'000);
  for (const long double t : {100.5L, 1000.3L, 20000.7L, 300000.1L}) {
    const auto sums = definition.at(t);
    const long double u = std::log(t);
    long double k = std::log(2 * std::numbers::pi_v<long double>) / (t * u);
    for (const long double gamma : ordinates()) {
      const Complex rho(0.5L, gamma);
      // With the zero below the axis.
      k += 2 * (tail_integral(rho, u) / rho).real();
    }
    // What is left out of K: (1/2) log(1 - u^-2) omega beyond t, far below, and the zeros above 1000.
    const long double unit = 1 / (std::sqrt(t) * u);
    const long double error = testing_support::Definition::g(t, sums) - (sums.difference - k);
    EXPECT_LT(std::abs(error), 3e-4L * unit + 1 / (3 * t * t * u)) << "t = " << t << ": " << error / unit;
    // So that a sign, or log 2 pi forgotten, would show.
    EXPECT_GT(std::abs(k), 2e-3L * unit) << t;
  }
}

TEST(Zeros, TheSumOverAllZerosIsThatOfTheFirstAndATail) {
  const Arithmetic at({128});
  double low = 0;
  double fourth = 0;
  for (const long double gamma : ordinates()) {
    low += static_cast<double>(2 / (0.25L + gamma * gamma));
    fourth += gamma > 100 ? static_cast<double>(std::pow(gamma, -4.0L)) : 0;
  }
  const double all = sum_over_all_zeros(at).lower_double();
  EXPECT_NEAR(all, 0.0461914, 1e-7);
  const double tail = 2 * sum_over_zeros_above(1000, 2, at).upper_double();
  EXPECT_LT(low, all);
  EXPECT_GT(low + tail, all);
  // The greater part of the bound is no slack.
  EXPECT_LT(low + tail / 2, all);
  const double bound = sum_over_zeros_above(100, 4, at).lower_double();
  EXPECT_LT(fourth, bound);
  EXPECT_GT(fourth, bound / 4);
  EXPECT_NEAR(bound, 4.23e-7, 0.01e-7);
}

TEST(Zeros, TheSumAboveAHeightBoundsEachPartOfIt) {
  const Arithmetic at({64});
  for (const unsigned power : {2U, 3U, 6U, 10U}) {
    for (const std::uint64_t height : {20U, 100U, 500U}) {
      long double sum = 0;
      for (const long double gamma : ordinates()) {
        sum += gamma > static_cast<long double>(height) ? std::pow(gamma, -static_cast<long double>(power)) : 0;
      }
      const double bound = sum_over_zeros_above(height, power, at).lower_double();
      EXPECT_LT(sum, bound) << height << " " << power;
      EXPECT_GT(sum, bound / 50) << height << " " << power;
    }
  }
}

}  // namespace
}  // namespace robin::horizon
