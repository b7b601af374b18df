#include "search/strategies/colossally_abundant/certificate_fold.hpp"

#include <algorithm>

#include "search/strategies/colossally_abundant/margin_bound.hpp"
#include "search/strategies/colossally_abundant/number_words.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::search::colossally_abundant {
namespace {

using math::Integer;
using math::Interval;

constexpr int shown_digits = 24;

Interval fixed_interval(uint128 value, unsigned bits) {
  return Interval::from_ratio(Integer::from_uint128(value), Integer::power(2, bits), precision);
}

/// The least margin of the numbers at which the windows of [begin, end) begin, by direct evaluation.
LeastMargin least_margin_at_windows(std::uint64_t begin, std::uint64_t end, StepSums total) {
  std::optional<LeastMargin> least;
  walk_windows(begin, end, [&](const WindowTally& window, const StepSums& sums, auto /*higher*/) {
    least = lesser(least, {log_log_floor(total.log_lo) - static_cast<int128>(total.abundancy_hi), window.begin});
    total += sums;
  });
  return *least;
}

/// Slices must add up to their block, or one of the two was changed.
bool adds_up(const Block& block, const BlockCertificate& part) {
  PrimeSums primes;
  StepSums sums;
  auto at = static_cast<std::uint64_t>(block.begin.ordinal);
  for (const SliceSums& slice : part.slices) {
    if (slice.end <= at) {
      return false;
    }
    at = slice.end;
    primes += slice.primes;
    sums += slice.sums;
  }
  return at == static_cast<std::uint64_t>(block.end.ordinal) && primes == part.primes && sums == part.sums;
}

}  // namespace

std::optional<Objection> CertificateFold::advance(const Block& block, uint128 candidates,
                                                  const std::map<std::string, std::string>& extras) {
  const auto begin = static_cast<std::uint64_t>(block.begin.ordinal);
  if (begin != certificate_.largest_position) {
    return Objection{Doubt::Unfit, "the block begins at " + std::to_string(begin) + ", the certificate ends at " +
                                       std::to_string(certificate_.largest_position)};
  }
  const auto parsed = from_extras(extras);
  const BlockCertificate* part = math::accepted(parsed);
  if (part == nullptr) {
    return Objection{Doubt::Unfit, math::refusal_reason(parsed)};
  }
  if (candidates != uint128{part->primes.count} + part->higher_steps.size() || !adds_up(block, *part)) {
    return Objection{Doubt::Unfit, "its counts and slices do not add up"};
  }
  Certificate next = certificate_;
  std::optional<LeastMargin> of_block = part->margin;
  if (part->bound) {
    const auto margin = interpolate(*part->bound, begin, next.sums.log_lo, next.sums.log_hi);
    if (!margin) {
      return Objection{Doubt::Unfit, "its references do not enclose log N"};
    }
    LeastMargin least{margin->value - static_cast<int128>(next.sums.abundancy_hi), margin->window};
    if (!margin->is_between_references) {
      least = std::max(least, least_of_parts({least, block, *part, certificate_.sums}),
                       [](const auto& a, const auto& b) { return a.value < b.value; });
    }
    if (least.value <= 0) {
      return Objection{Doubt::Unproven, "the margin may be as low as " + decimal(least.value) +
                                            " 2^-96 in the window at " + std::to_string(least.at)};
    }
    of_block = least;
  } else {
    if (*part->origin != next.sums) {
      return Objection{Doubt::Unfit, "it was computed from another origin than the blocks before it"};
    }
    if (part->margin && part->margin->value <= 0) {
      return Objection{Doubt::Refuted,
                       "a number above 5040 has no margin at the step at " + std::to_string(part->margin->at)};
    }
  }
  if (of_block) {
    next.margin = lesser(next.margin, *of_block);
    contend({*of_block, block, *part, certificate_.sums});
  }
  next.largest_position = static_cast<std::uint64_t>(block.end.ordinal);
  ++next.blocks;
  next.steps += static_cast<std::uint64_t>(candidates);
  next.primes += part->primes;
  next.sums += part->sums;
  certificate_ = next;
  margin_of_last_ = of_block;
  return std::nullopt;
}

std::vector<CertificateFold::Part> CertificateFold::parts_of(const Contender& contender) {
  const auto& [margin, block, certificate, before] = contender;
  const auto begin = static_cast<std::uint64_t>(block.begin.ordinal);
  if (!certificate.bound) {
    return {{begin, static_cast<std::uint64_t>(block.end.ordinal), before, margin}};
  }
  std::vector<Part> parts;
  std::uint64_t at = begin;
  StepSums total = before;
  for (std::size_t i = 0; i < certificate.slices.size(); ++i) {
    const SliceSums& slice = certificate.slices[i];
    const uint128 inside = total.log_lo - before.log_lo;
    const SliceBound bound{certificate.slice_bounds[i], inside, inside + slice.sums.log_lo};
    const int128 least = moved_bound(bound, begin, before.log_lo) - static_cast<int128>(before.abundancy_hi);
    parts.push_back({at, slice.end, total, {least, at}});
    at = slice.end;
    total += slice.sums;
  }
  return parts;
}

LeastMargin CertificateFold::least_of_parts(const Contender& contender) {
  const std::vector<Part> parts = parts_of(contender);
  return std::min_element(parts.begin(), parts.end(),
                          [](const auto& a, const auto& b) { return a.margin.value < b.margin.value; })
      ->margin;
}

void CertificateFold::contend(Contender contender) {
  contenders_.push_back(std::move(contender));
  const auto least = std::min_element(contenders_.begin(), contenders_.end(),
                                      [](const auto& a, const auto& b) { return a.margin.value < b.margin.value; });
  // A bound is at least 0.98 of the truth, so a block whose bound is greater than that cannot hold the least margin.
  const int128 out = least->margin.value + least->margin.value / 49 + 1;
  std::erase_if(contenders_, [out](const Contender& one) { return one.margin.value > out; });
}

std::optional<std::uint64_t> CertificateFold::locate_minimum() const {
  std::vector<Part> parts;
  for (const Contender& contender : contenders_) {
    const std::vector<Part> its_parts = parts_of(contender);
    parts.insert(parts.end(), its_parts.begin(), its_parts.end());
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.margin.value < b.margin.value; });
  std::optional<LeastMargin> least;
  for (const Part& part : parts) {
    if (least && part.margin.value > least->value) {
      break;
    }
    const LeastMargin found =
        part.begin < windows_begin ? part.margin : least_margin_at_windows(part.begin, part.end, part.before);
    // Of equal margins the first one, whatever the order of the parts.
    if (!least || found.value < least->value || (found.value == least->value && found.at < least->at)) {
      least = found;
    }
  }
  return least ? std::optional(least->at) : std::nullopt;
}

std::string log_n_lo(const Certificate& certificate) {
  return fixed_interval(certificate.sums.log_lo, log_bits).lower_decimal(shown_digits);
}

std::string log_n_hi(const Certificate& certificate) {
  return fixed_interval(certificate.sums.log_hi, log_bits).upper_decimal(shown_digits);
}

std::string log10_log10_n(const Certificate& certificate, int digits) {
  const Interval log_10 = Interval::log(Interval::from(Integer(10), precision), precision);
  const Interval log10_n = Interval::div(fixed_interval(certificate.sums.log_lo, log_bits), log_10, precision);
  if (!Interval::from(Integer(1), precision).certainly_less_than(log10_n)) {
    return {};
  }
  return Interval::div(Interval::log(log10_n, precision), log_10, precision).lower_decimal(digits);
}

std::string margin_text(const LeastMargin& margin) {
  if (margin.value <= 0) {
    return {};
  }
  return fixed_interval(static_cast<uint128>(margin.value), abundancy_bits).lower_decimal(shown_digits);
}

std::string min_log_margin(const Certificate& certificate) {
  return certificate.margin ? margin_text(*certificate.margin) : std::string();
}

std::map<std::string, std::string> state_of(const Certificate& certificate) {
  std::map<std::string, std::string> state = {{"position", std::to_string(certificate.largest_position)},
                                              {"blocks", std::to_string(certificate.blocks)},
                                              {"steps", std::to_string(certificate.steps)},
                                              {"primes", words_of(certificate.primes)},
                                              {"sums", words_of(certificate.sums)}};
  if (certificate.margin) {
    state["margin"] = words_of(*certificate.margin);
  }
  return state;
}

math::Parsed<Certificate> certificate_from(const std::map<std::string, std::string>& state) {
  Certificate all;
  const auto read = [&state](const char* key, auto field) { return read_words(state, key, field); };
  const bool readable =
      read("position", [&all](NumberReader& reader) { all.largest_position = reader.small(); }) &&
      read("blocks", [&all](NumberReader& reader) { all.blocks = reader.small(); }) &&
      read("steps", [&all](NumberReader& reader) { all.steps = reader.small(); }) &&
      read("primes", [&all](NumberReader& reader) { all.primes = reader.primes(); }) &&
      read("sums", [&all](NumberReader& reader) { all.sums = reader.sums(); }) &&
      (!state.contains("margin") || read("margin", [&all](NumberReader& reader) { all.margin = reader.margin(); }));
  return readable ? math::Parsed<Certificate>(all) : math::Refusal{"no state of a certificate"};
}

}  // namespace robin::search::colossally_abundant
