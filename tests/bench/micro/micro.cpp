// Micro-benchmarks of what blocks spend their time in. Started by ops/bench --micro.

#include <benchmark/benchmark.h>

#include "math/factor.hpp"
#include "math/log_log_floor.hpp"
#include "math/primes.hpp"
#include "math/robin.hpp"
#include "search/examine.hpp"
#include "search/strategies/exhaustive/abundancy_sieve.hpp"
#include "search/strategies/superabundant/benefit_table.hpp"
#include "search/strategies/superabundant/candidate_walk.hpp"
#include "search/strategies/superabundant/pruned_walk.hpp"
#include "search/strategies/superabundant/superabundant_numbers.hpp"

namespace robin {
namespace {

math::Factorization number(const char* text) { return std::get<math::Factorization>(math::Factorization::parse(text)); }

/// A number of level 150 with a ratio near 1.772.
const char* const level_150 = "2^10*3^6*5^4*7^3*11^3*13^2*17..37^2*41..701";

void assess(benchmark::State& state) {
  const auto n = number(level_150);
  for (auto _ : state) {
    benchmark::DoNotOptimize(math::assess(n, {}));
  }
}
BENCHMARK(assess);

void certify(benchmark::State& state) {
  const auto n = number(level_150);
  const search::Parameters parameters{search::Mode::Complete, std::get<math::Decimal>(math::Decimal::parse("1.7")),
                                      search::DigestKind::Exact};
  for (auto _ : state) {
    search::Findings findings;
    benchmark::DoNotOptimize(search::certify(n, parameters, search::Best::Ignored, findings));
  }
}
BENCHMARK(certify);

void factor(benchmark::State& state) {
  auto n = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(math::factor(n++));
  }
}
BENCHMARK(factor)->Arg(10'000'000'000)->Arg(1'000'000'000'000'000);

void log_log_floor(benchmark::State& state) {
  const math::LogLogFloor floor(8000);
  double log_n = 10;
  for (auto _ : state) {
    benchmark::DoNotOptimize(floor(log_n));
    log_n = log_n < 7000 ? log_n + 1.37 : 10;
  }
}
BENCHMARK(log_log_floor);

void unrank(benchmark::State& state) {
  const search::PartitionTable table;
  const auto level = static_cast<std::uint32_t>(state.range(0));
  const auto index = table.count(level) / 3;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.unrank(level, index));
  }
}
BENCHMARK(unrank)->Arg(75)->Arg(200)->Arg(1000);

void walk(benchmark::State& state) {
  const search::ExponentTable table(77);
  search::CandidateWalk walk(table, {75});
  for (auto _ : state) {
    benchmark::DoNotOptimize(walk.abundancy());
    walk.advance();
  }
  state.SetItemsProcessed(state.iterations());
}
// Level 75 has 8,118,264 candidates, level 76 more.
BENCHMARK(walk)->Iterations(8'000'000);

void benefit_table(benchmark::State& state) {
  const search::ExponentTable table(512);
  for (auto _ : state) {
    benchmark::DoNotOptimize(search::BenefitTable(table, static_cast<std::uint32_t>(state.range(0))));
  }
}
BENCHMARK(benefit_table)->Arg(100)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);

void pruned_walk(benchmark::State& state) {
  const auto level = static_cast<std::uint32_t>(state.range(0));
  const search::ExponentTable table(256);
  const search::BenefitTable benefits(table, level);
  std::int64_t visited = 0;
  for (auto _ : state) {
    search::PrunedWalk(table, benefits, 1.77).walk({level}, std::nullopt, [&](const auto& /*partition*/) {
      ++visited;
    });
  }
  state.SetItemsProcessed(visited);
}
BENCHMARK(pruned_walk)->Arg(100)->Arg(150)->Arg(200)->Unit(benchmark::kMillisecond);

void superabundant_numbers(benchmark::State& state) {
  const search::ExponentTable table(512);
  for (auto _ : state) {
    benchmark::DoNotOptimize(search::SuperabundantNumbers(table).of_level(static_cast<std::uint32_t>(state.range(0))));
  }
}
BENCHMARK(superabundant_numbers)->Arg(50)->Arg(200)->Arg(400)->Unit(benchmark::kMillisecond);

void abundancy_sieve(benchmark::State& state) {
  const auto n = static_cast<std::uint64_t>(state.range(0));
  const std::uint64_t length = search::AbundancySieve::length_for(n);
  for (auto _ : state) {
    benchmark::DoNotOptimize(search::AbundancySieve(n, n + length));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(length) * state.iterations());
}
BENCHMARK(abundancy_sieve)
    ->Arg(1'000'000)
    ->Arg(10'000'000'000)
    ->Arg(1'000'000'000'000'000)
    ->Unit(benchmark::kMillisecond);

void prime_runs(benchmark::State& state) {
  const auto x = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t sum = 0;
  for (auto _ : state) {
    math::for_each_prime_run(x, x + 1'000'000'000, [&sum](const std::uint64_t* first, const std::uint64_t* last) {
      sum += first == last ? 0 : *first;
    });
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(prime_runs)->Arg(10'000'000'000)->Arg(10'000'000'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace robin

BENCHMARK_MAIN();
