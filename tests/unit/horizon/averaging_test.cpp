// Step 5 of ALGORITHMS.md, the part that is new, by quadrature: the mean of q and of J_rho against their bounds.

#include "horizon/averaging.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/horizon/definition.hpp"

namespace robin::horizon {
namespace {

using testing_support::Complex;
using testing_support::tail_integral;

double h(double u) { return 1 / u + 1 / (u * u); }

/// The density at v of the sum of m numbers uniform on [-a, a] (Irwin, Hall).
double density(double v, unsigned m, double a) {
  const double s = (v + m * a) / (2 * a);
  double sum = 0;
  double binomial = 1;
  for (unsigned j = 0; j <= m && j < s; ++j) {
    sum += (j % 2 == 0 ? binomial : -binomial) * std::pow(s - j, m - 1);
    binomial *= static_cast<double>(m - j) / (j + 1);
  }
  return sum / (std::tgamma(m) * 2 * a);
}

/// The mean of f(v), by Simpson between the knots of the density.
template <class Value, class Function>
Value mean(unsigned m, double a, Function f) {
  constexpr int steps = 400;
  Value sum{};
  for (unsigned piece = 0; piece < m; ++piece) {
    const double begin = (2.0 * piece - m) * a;
    const double width = 2 * a / steps;
    for (int i = 0; i <= steps; ++i) {
      // Just inside its piece, where the density of one number jumps.
      const double v = begin + width * std::min(std::max(i, 0), steps) * (1 - 1e-12) + a * 1e-12;
      const double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += f(v) * static_cast<Value>(static_cast<long double>(density(v, m, a) * weight * width / 3));
    }
  }
  return sum;
}

TEST(Averaging, TheDensityHasMassOneAndItsVariance) {
  for (const unsigned m : {1U, 2U, 4U, 6U, 8U}) {
    EXPECT_NEAR(mean<double>(m, 0.01, [](double) { return 1.0; }), 1, 1e-6);
    EXPECT_NEAR(mean<double>(m, 0.01, [](double v) { return v * v; }), m * 1e-4 / 3, 1e-9);
  }
}

TEST(Averaging, TheMeanOfTheConcavityLossIsBelowItsBoundAndNotFarBelow) {
  struct Case {
    unsigned m;
    double lambda;
    double x;
  };
  for (const auto& [m, lambda, x] :
       {Case{3, 0.03, 1e6}, {4, 0.016, 1e9}, {6, 0.03, 1e4}, {2, 0.1, 1e5}, {1, 0.03, 1e8}}) {
    const double a = lambda / m;
    const double l = std::log(x) - lambda;
    const auto found = mean<double>(m, a, [x = x](double v) {
      const double t = x * std::exp(v);
      return std::log1p(v / std::log(x)) + (x - t) / (t * std::log(t));
    });
    const double bound = h(l) * std::exp(4 * lambda) * m * a * a / 6;
    EXPECT_LT(found, bound) << "m = " << m;
    EXPECT_GT(found, 0.6 * bound) << "m = " << m;
  }
}

TEST(Averaging, TheMeanOverAnInventedZeroIsBelowItsBoundAndOfItsPower) {
  struct Case {
    Complex rho;
    unsigned m;
    /// a Im rho: at the maximum of |sin|, where the mean is greatest.
    double phase;
  };
  for (const auto& [rho, m, phase] : {Case{{0.97L, 1000}, 4, 4.71},
                                      {{0.02L, 1000}, 6, 4.71},
                                      {{0.7L, 300}, 8, 4.71},
                                      {{0.5L, 2000}, 1, 1.57},
                                      {{0.97L, 1000}, 2, 7.85},
                                      {{0.99L, 500}, 3, 1.57}}) {
    const double a = phase / static_cast<double>(rho.imag());
    const double lambda = m * a;
    const double log_x = std::log(1e8);
    const auto found = static_cast<double>(std::abs(mean<Complex>(
        m, a, [rho = rho, log_x](double v) { return tail_integral(rho, static_cast<long double>(log_x + v)); })));
    const double l = log_x - lambda;
    const double bound = std::exp(static_cast<double>(rho.real() - 1) * l) * h(l) /
                         (static_cast<double>(std::abs(1.0L - rho)) * std::pow(std::max(1.0, phase), m));
    EXPECT_LT(found, bound) << rho << " m = " << m;
    EXPECT_GT(found, 0.3 * bound) << rho << " m = " << m;
  }
}

TEST(Averaging, TheBestOneIsThatOfTheReference) {
  const Averaging best = best_averaging(3'000'000'000'000);
  EXPECT_NEAR(best.terms, 54, 1);
  EXPECT_NEAR(best.width({64}).lower_double(), 5.4e-13, 0.05e-13);
  EXPECT_EQ((Averaging{54, 543, 15}).width_text(), "5.43e-13");
  EXPECT_EQ((Averaging{6, 3, 3}).width_text(), "3e-3");
}

}  // namespace
}  // namespace robin::horizon
