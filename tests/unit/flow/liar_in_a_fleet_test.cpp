// How soon a liar is found by slices alone: fleets of which one consumer lies, and an auditor that computes slices
// again as fast as one consumer, against the formula of common/flow/TRUST.md, whose table is printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "core/entropy.hpp"
#include "flow/loops/audit.hpp"
#include "flow/rules/slice_sample.hpp"
#include "support/random.hpp"

namespace robin::flow {
namespace {

/// Of every block; the greatest number that blocks of windows have.
constexpr std::uint64_t slices_a_block = 64;
constexpr double unlikely = 1e-9;

struct Fleet {
  std::uint64_t consumers;
  /// ROBIN_AUDIT_SHARE.
  double share_max;

  /// Of all slices, computed again.
  [[nodiscard]] double share() const { return std::min(share_max, 1 / static_cast<double>(consumers)); }
};

enum class Lie { OneSlice, AllSlices };

/// With which probability a block that lies is found.
double found_of_a_lie(const Fleet& fleet, Lie lie) {
  return lie == Lie::OneSlice ? fleet.share() : 1 - std::pow(1 - fleet.share(), slices_a_block);
}
/// Blocks of the liar until he is found: in the mean, and but for one time in 10^9 at most.
double mean_blocks(const Fleet& fleet, Lie lie, double lying) { return 1 / (lying * found_of_a_lie(fleet, lie)); }
double most_blocks(const Fleet& fleet, Lie lie, double lying) {
  return std::ceil(std::log(unlikely) / std::log1p(-lying * found_of_a_lie(fleet, lie)));
}

/// Which blocks of the last consumer were looked at where: at the slice where he lies if he lies in one, and anywhere.
struct Looks {
  std::vector<bool> at_one;
  std::vector<bool> at_any;
};

/// In each round every consumer hands in a block, and the auditor computes as many slices again as a block has.
Looks simulate(const Fleet& fleet, std::uint64_t rounds) {
  std::mt19937_64 draws = core::from_entropy();
  struct Place {
    std::uint64_t block;
    bool is_liars;
    bool is_the_one;
  };
  SliceSample<Place> sample(fleet.share_max, AuditOptions().slices_kept, core::from_entropy());
  Looks looks{std::vector<bool>(rounds), std::vector<bool>(rounds)};
  const auto see_others = [&](std::uint64_t slices) {
    while (slices > 0) {
      slices -= sample.pass(slices);
      if (slices > 0) {
        sample.keep({0, false, false});
        --slices;
      }
    }
  };
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const auto before = std::uniform_int_distribution<std::uint64_t>(0, fleet.consumers - 1)(draws);
    const auto lie_at = std::uniform_int_distribution<std::uint64_t>(0, slices_a_block - 1)(draws);
    see_others(before * slices_a_block);
    for (std::uint64_t slice = 0; slice < slices_a_block; ++slice) {
      if (sample.pass(1) == 0) {
        sample.keep({round, true, slice == lie_at});
      }
    }
    see_others((fleet.consumers - 1 - before) * slices_a_block);
    for (std::uint64_t slice = 0; slice < slices_a_block; ++slice) {
      if (const auto place = sample.take(); place && place->is_liars) {
        looks.at_any[place->block] = true;
        looks.at_one[place->block] = looks.at_one[place->block] || place->is_the_one;
      }
    }
  }
  return looks;
}

class LiarInAFleet : public testing::TestWithParam<Fleet> {};

TEST_P(LiarInAFleet, IsFoundAfterAsManyBlocksAsTheFormulaSays) {
  const Fleet fleet = GetParam();
  const std::uint64_t rounds = testing_support::extent(200'000U, 20'000U);
  const Looks looks = simulate(fleet, rounds);
  std::mt19937_64 draws = core::from_entropy();
  std::printf("%4llu consumers, share %.2f %%\n", static_cast<unsigned long long>(fleet.consumers),
              100 * fleet.share());
  for (const Lie lie : {Lie::OneSlice, Lie::AllSlices}) {
    const auto& looked = lie == Lie::OneSlice ? looks.at_one : looks.at_any;
    for (const double lying : {0.01, 0.1, 1.0}) {
      // How often he would have been found: the number of times is binomial, the blocks in between are geometric.
      std::uint64_t found = 0;
      std::uint64_t blocks = 0;
      std::uint64_t longest = 0;
      for (const bool looked_at : looked) {
        ++blocks;
        if (std::bernoulli_distribution(lying)(draws) && looked_at) {
          ++found;
          longest = std::max(longest, std::exchange(blocks, 0));
        }
      }
      const double p = lying * found_of_a_lie(fleet, lie);
      const double expected = p * static_cast<double>(rounds);
      // What was drawn of the last blocks is computed later.
      const double late =
          static_cast<double>(AuditOptions().slices_kept) / static_cast<double>(fleet.consumers) * lying;
      EXPECT_NEAR(static_cast<double>(found), expected, 6.5 * std::sqrt(expected * (1 - p) + 1) + late)
          << "lies in " << lying << " of the blocks";
      EXPECT_LE(static_cast<double>(longest),
                most_blocks(fleet, lie, lying) * (1 + std::log(static_cast<double>(rounds)) / -std::log(unlikely)));
      std::printf(
          "  lies in %3.0f %% of his blocks, in %s: found after %8.0f blocks (simulated %8.0f),"
          " at most %9.0f but for 1e-9\n",
          100 * lying, lie == Lie::OneSlice ? "one slice " : "all slices", mean_blocks(fleet, lie, lying),
          found == 0 ? std::nan("") : static_cast<double>(rounds) / static_cast<double>(found),
          most_blocks(fleet, lie, lying));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Fleets, LiarInAFleet,
                         testing::Values(Fleet{4, 0.05}, Fleet{4, 1}, Fleet{64, 0.05}, Fleet{500, 0.05}),
                         [](const auto& fleet) {
                           return "Of" + std::to_string(fleet.param.consumers) + "AtMost" +
                                  std::to_string(std::lround(100 * fleet.param.share_max));
                         });

}  // namespace
}  // namespace robin::flow
