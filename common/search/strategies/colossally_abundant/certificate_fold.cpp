#include "search/strategies/colossally_abundant/certificate_fold.hpp"

#include <algorithm>

#include "search/prime_windows/margin_terms.hpp"
#include "search/prime_windows/number_words.hpp"
#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::search::colossally_abundant {
namespace {

using prime_windows::Judged;
using prime_windows::MarginPart;

/// The slices of a block that does not know its origin, each with a bound that is sharp wherever log N lies.
std::vector<MarginPart> parts_of(std::uint64_t begin, const BlockCertificate& certificate, const StepSums& before) {
  std::vector<MarginPart> parts;
  std::uint64_t at = begin;
  StepSums total = before;
  for (std::size_t i = 0; i < certificate.slices.size(); ++i) {
    const SliceSums& slice = certificate.slices[i];
    const uint128 inside = total.log_lo - before.log_lo;
    const SliceBound bound{certificate.slice_bounds[i], inside, inside + slice.sums.log_lo};
    const int128 least = moved_bound(bound, begin, before.log_lo) - static_cast<int128>(before.growth_hi);
    parts.push_back({at, slice.end, total, {least, at}});
    at = slice.end;
    total += slice.sums;
  }
  return parts;
}

bool has_less(const LeastMargin& a, const LeastMargin& b) { return a.value < b.value; }

}  // namespace

std::variant<Judged, Objection> CertificateFold::judge(const Block& block, uint128 candidates, const Extras& extras,
                                                       const Certificate& before) const {
  const auto begin = static_cast<std::uint64_t>(block.begin.ordinal);
  const auto parsed = from_extras(extras);
  const BlockCertificate* part = core::accepted(parsed);
  if (part == nullptr) {
    return Objection{Doubt::Unfit, core::refusal_reason(parsed)};
  }
  if (candidates != uint128{part->primes.count} + part->higher_steps.size() || !adds_up(block, *part)) {
    return Objection{Doubt::Unfit, "its counts and slices do not add up"};
  }
  if (!part->bound) {
    if (auto objection = object_to_origin(block, candidates, *part, before.sums, claimed_from, "a number above 5040")) {
      return std::move(*objection);
    }
    const LeastMargin none{0, begin};
    return Judged{*part,
                  part->margin,
                  {{begin, static_cast<std::uint64_t>(block.end.ordinal), before.sums, part->margin.value_or(none)}}};
  }
  for (const std::uint64_t at : part->bound->minimum_at) {
    if (begin < windows_begin || at < begin || block.end <= Position{at}) {
      return Objection{Doubt::Unfit, "its least margin lies outside"};
    }
  }
  const auto margin = interpolate(*part->bound, begin, before.sums.log_lo, before.sums.log_hi);
  if (!margin) {
    return Objection{Doubt::Unfit, "its references do not enclose log N"};
  }
  LeastMargin least{margin->value - static_cast<int128>(before.sums.growth_hi), margin->window};
  auto parts = parts_of(begin, *part, before.sums);
  if (!margin->is_between_references) {
    const auto of_parts = std::min_element(parts.begin(), parts.end(),
                                           [](const auto& a, const auto& b) { return has_less(a.margin, b.margin); });
    least = std::max(least, of_parts->margin, has_less);
  }
  if (least.value <= 0) {
    return Objection{Doubt::Unproven, "the margin may be as low as " + decimal(least.value) +
                                          " 2^-96 in the window at " + std::to_string(least.at)};
  }
  return Judged{*part, least, std::move(parts)};
}

int128 CertificateFold::margin_at(const StepSums& total) const {
  return log_log_floor(total.log_lo) - static_cast<int128>(total.growth_hi);
}

void CertificateFold::walk(std::uint64_t begin, std::uint64_t end, const Visit& visit) const {
  walk_windows(begin, end, [&visit](const WindowTally& window, const StepSums& sums, auto /*higher*/) {
    visit(window.begin, sums);
  });
}

prime_windows::Claim CertificateFold::claim() const {
  return {"Robin's inequality holds for every 5040 < n <= N", "Nothing above 5040 is certified yet",
          "the colossally abundant number whose primes go up to"};
}

}  // namespace robin::search::colossally_abundant
