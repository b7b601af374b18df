#include "search/prime_windows/slice_again.hpp"

#include "search/examine.hpp"

namespace robin::search::prime_windows {

std::vector<std::string> SliceAgain::differences(const SliceClaim& slice, const Visit& visit) {
  const std::string range = "[" + std::to_string(slice.begin) + ", " + std::to_string(slice.end) + ")";
  StepSums sums;
  PrimeSums primes;
  const std::string wrong = margin_again(slice, [&](const WindowTally& window, const StepSums& added) {
    sums += added;
    primes += {window.count, window.prime_sum()};
    visit(window, added);
  });
  std::vector<std::string> all;
  if (sums != slice.sums || primes != slice.primes) {
    all.push_back("the sums of its slice " + range + " are wrong");
  }
  if (!wrong.empty()) {
    all.push_back(wrong + " of its slice " + range);
  }
  return all;
}

const std::string& SliceAgain::whole_again() {
  if (!whole_) {
    whole_ = compute_whole_again();
  }
  return *whole_;
}

bool computes_again(const Strategy& strategy, const Block& block, const Parameters& parameters, uint128 candidates,
                    const std::string& digest, const Extras& extras,
                    const std::function<void(const std::string&)>& told) {
  const BlockResult again = search::examine(strategy, block, parameters, {});
  if (again.digest != digest) {
    told("its digest is another when it is computed again");
  }
  for (const auto& [key, value] : again.findings.extras) {
    const auto found = extras.find(key);
    if (found == extras.end() || found->second != value) {
      told("its " + key + " are others when it is computed again");
    }
  }
  if (again.findings.candidates != candidates || again.findings.extras.size() != extras.size()) {
    told("it says something else than what is computed again");
  }
  return again.digest == digest;
}

}  // namespace robin::search::prime_windows
