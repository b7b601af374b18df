#include "bench/workloads.hpp"

#include <cmath>
#include <cstdint>
#include <utility>

namespace robin::bench {
namespace {

using Words = std::vector<std::string>;

std::string whole(double number) { return std::to_string(static_cast<std::uint64_t>(std::llround(number))); }

Words joined(Words all, const Words& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Words block(const std::string& robin, const std::string& strategy, const std::string& begin, const std::string& end,
            int threads, const Words& more = {}) {
  return joined(
      {robin, "block", "--strategy", strategy, "--begin", begin, "--end", end, "--threads", std::to_string(threads)},
      more);
}

Words run(const std::string& robin, const std::string& strategy, const std::string& begin, const std::string& end,
          const Words& more) {
  return joined({robin, "run", "--strategy", strategy, "--begin", begin, "--end", end, "--threads", "2",
                 "--no-progress", "--log-level", "error"},
                more);
}

/// A program for PARI/GP, which fails if that prints nothing.
Words gp(const std::string& program) { return {"sh", "-c", "echo '" + program + "' | gp -q -f -s 1G | grep -q ."}; }

/// Counting the same primes with each of the primesieves.
std::vector<Contender> beside(Contender robin, const std::vector<std::string>& primesieves, const Words& range) {
  std::vector<Contender> all = {std::move(robin)};
  for (const std::string& primesieve : primesieves) {
    all.push_back({primesieve + " -c", joined(joined({primesieve}, range), {"-c", "-t2", "--quiet"}), all[0].items});
  }
  return all;
}

Workload certificate_at(const std::string& robin, const std::vector<std::string>& primesieves, const std::string& name,
                        double begin, double ratio_max) {
  constexpr double length = 4e10;
  return {"certificate " + name,
          "colossally-abundant, x in [" + name + ", " + name + " + 4e10), 2 threads",
          beside({"robin block", block(robin, "colossally-abundant", whole(begin), whole(begin + length), 2), length},
                 primesieves, {whole(begin), "-d" + whole(length)}),
          ratio_max,
          {},
          {},
          256};
}

}  // namespace

std::vector<Workload> workloads(const std::string& robin, const std::vector<std::string>& primesieves,
                                double ratio_max) {
  return {
      certificate_at(robin, primesieves, "1e13", 1e13, ratio_max),
      certificate_at(robin, primesieves, "1e15", 1e15, ratio_max),
      {"certificate 2 to 3e11",
       "colossally-abundant from 2 to 3e11, 2 threads",
       beside({"robin run", run(robin, "colossally-abundant", "2", "300000000000", {"--store", ":memory:"}), 3e11},
              primesieves, {"300000000000"}),
       ratio_max,
       {},
       {},
       {}},
      {"superabundant complete",
       "level 75 (8,118,264 candidates), 1 thread",
       {{"robin block", block(robin, "superabundant", "75:0", "76:0", 1), 8'118'264}},
       {},
       {},
       2e7,
       {}},
      {"superabundant original",
       "level 75 with --digest original, 1 thread",
       {{"robin block", block(robin, "superabundant", "75:0", "76:0", 1, {"--digest", "original"}), 8'118'264},
        // The same numbers, their sigma and their ratio, in exact integers and floating point of 38 digits.
        {"PARI/GP forpart",
         gp("s=0;forpart(p=45,n=prod(i=1,#p,prime(i)^p[#p+1-i]);s+=sigma(n)/(n*log(log(n))));print(s)"), 89'134}},
       {},
       {},
       5e5,
       {}},
      {"superabundant pruned",
       "threshold 1.77, levels 1 to 200, all witnesses stored, 2 threads",
       {{"robin run",
         run(robin, "superabundant", "1:0", "201:0",
             {"--mode", "pruned", "--threshold", "1.77", "--store", fresh_file}),
         1'182'322}},
       {},
       30,
       {},
       {}},
      {"exhaustive",
       "every n from 1e10 on, 1 thread",
       {{"robin block", block(robin, "exhaustive", "10000000000", "10200000000", 1), 2e8},
        {"PARI/GP forfactored", gp("s=0;forfactored(n=10^10,10^10+10^7-1,s+=sigma(n));print(s)"), 1e7}},
       {},
       {},
       3e7,
       {}},
  };
}

std::vector<Growth> growths(const std::string& robin) {
  Growth primes{"certificate", "blocks of 4e9 numbers at x, 2 threads: seconds for each 1e9", "x", {}};
  for (const int exponent : {10, 11, 12, 13, 14, 15}) {
    // A block is at most a thirty-second of its begin.
    const double length = exponent == 10 ? 2.5e8 : exponent == 11 ? 2.5e9 : 4e9;
    const double x = std::pow(10.0, exponent);
    primes.steps.push_back({x, block(robin, "colossally-abundant", whole(x), whole(x + length), 2), length});
  }
  Growth levels{"superabundant pruned",
                "whole levels at threshold 1.772, 2 threads: seconds for each level (7,313 numbers are kept of level "
                "200, 149,671 of 250, 1,021,434 of 300)",
                "level",
                {}};
  for (const int level : {50, 100, 150, 200, 250, 300}) {
    levels.steps.push_back({static_cast<double>(level),
                            block(robin, "superabundant", std::to_string(level) + ":0",
                                  std::to_string(level + 1) + ":0", 2, {"--mode", "pruned", "--threshold", "1.772"}),
                            1e9});
  }
  Growth integers{"exhaustive", "blocks of 4e7 numbers at n, 2 threads: seconds for each 1e9", "n", {}};
  for (const int exponent : {6, 8, 10, 12, 15}) {
    const double n = std::pow(10.0, exponent);
    integers.steps.push_back({n, block(robin, "exhaustive", whole(n), whole(n + 4e7), 2), 4e7});
  }
  return {primes, levels, integers};
}

}  // namespace robin::bench
