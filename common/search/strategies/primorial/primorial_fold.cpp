#include "search/strategies/primorial/primorial_fold.hpp"

#include <algorithm>

#include "search/prime_windows/margin_terms.hpp"
#include "search/prime_windows/number_words.hpp"
#include "search/strategies/primorial/primorial_margin.hpp"

namespace robin::search::primorial {
namespace {

std::vector<MarginPart> parts_of(std::uint64_t begin, const RunSums& run, const StepSums& before) {
  std::vector<MarginPart> parts;
  StepSums inside;
  std::uint64_t at = begin;
  for (std::size_t i = 0; i < run.slices.size(); ++i) {
    StepSums up_to_end = inside;
    up_to_end += run.slices[i].sums;
    const int128 least = moved_bound(run.slice_bounds[i], begin, before.log_hi, inside, up_to_end) +
                         static_cast<int128>(before.growth_lo);
    StepSums total = before;
    total += inside;
    parts.push_back({at, run.slices[i].end, total, {least, at}});
    at = run.slices[i].end;
    inside = up_to_end;
  }
  return parts;
}

}  // namespace

std::variant<Judged, Objection> PrimorialFold::judge(const Block& block, uint128 candidates, const Extras& extras,
                                                     const Certificate& before) const {
  const auto begin = static_cast<std::uint64_t>(block.begin.ordinal);
  RunSums run;
  if (const auto refusal = read(extras, run)) {
    return Objection{Doubt::Unfit, refusal->reason};
  }
  if (candidates != run.primes.count || !adds_up(block, run)) {
    return Objection{Doubt::Unfit, "its counts and slices do not add up"};
  }
  if (run.origin) {
    if (auto objection = object_to_origin(block, candidates, run, before.sums, claimed_from, "a primorial")) {
      return std::move(*objection);
    }
    const LeastMargin none{0, begin};
    const auto margin = run.margin;
    const auto end = static_cast<std::uint64_t>(block.end.ordinal);
    return Judged{std::move(run), margin, {{begin, end, before.sums, margin.value_or(none)}}};
  }
  if (begin < windows_begin || before.sums.log_lo < whole(least_log(begin))) {
    return Objection{Doubt::Unfit, "its bounds suppose a greater log N"};
  }
  auto parts = parts_of(begin, run, before.sums);
  const LeastMargin least = std::min_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
                              return a.margin.value < b.margin.value;
                            })->margin;
  if (least.value <= 0) {
    return Objection{Doubt::Unproven, "the margin may be as low as " + decimal(least.value) +
                                          " 2^-96 in the slice at " + std::to_string(least.at)};
  }
  return Judged{std::move(run), least, std::move(parts)};
}

int128 PrimorialFold::margin_at(const StepSums& total) const { return primorial::margin_at(total); }

void PrimorialFold::walk(std::uint64_t begin, std::uint64_t end, const Visit& visit) const {
  for_each_window(begin, end, tally_windows(begin, end), [&visit](const WindowTally& window) {
    visit(window.begin, sums_of_window(window, math::EulerFactor::Totient));
  });
}

Claim PrimorialFold::claim() const {
  return {"Nicolas' inequality holds for every primorial up to N", "No primorial is certified yet",
          "the primorial whose primes go up to"};
}

}  // namespace robin::search::primorial
