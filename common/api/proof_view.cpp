#include "api/proof_view.hpp"

#include <algorithm>

#include "api/known.hpp"
#include "core/wide_integer.hpp"
#include "math/number_text.hpp"
#include "runtime/version.hpp"

namespace robin::api {
namespace {

constexpr int digits_of_height = 9;

}  // namespace

Certificate view(const search::Proof& proof, const CertificateFacts& facts) {
  OrderedTexts versions = {{"robin", runtime::version()}, {"revision", runtime::revision()}};
  std::copy_if(facts.versions.begin(), facts.versions.end(), std::back_inserter(versions),
               [](const auto& one) { return one.first != "revision"; });
  const auto& at = facts.min_log_margin_at;
  return {.holds = facts.holds && proof.proves,
          .largest_position = core::decimal(proof.end.ordinal),
          .log_n_lo = proof.log_n_lo,
          .log_n_hi = proof.log_n_hi,
          .log10_log10_n = known(proof.log10_log10_n),
          .prime_count = proof.prime_count,
          .prime_sum = proof.prime_sum,
          .min_log_margin = known(proof.min_log_margin),
          .min_log_margin_at = at ? std::optional(core::decimal(at->ordinal)) : std::nullopt,
          .unchecked_up_to =
              proof.unchecked_up_to ? std::optional(core::decimal(proof.unchecked_up_to->ordinal)) : std::nullopt,
          .blocks = proof.blocks,
          .digest = known(facts.digest),
          .versions = std::move(versions)};
}

std::optional<search::Proof> proof_of(const search::Strategy* strategy,
                                      const std::map<std::string, std::string>& state) {
  if (strategy == nullptr || state.empty()) {
    return std::nullopt;
  }
  const auto certifier = strategy->certifier(state);
  const auto* accepted = core::accepted(certifier);
  return accepted == nullptr || *accepted == nullptr ? std::nullopt : std::optional((*accepted)->proof());
}

std::string height_text(const search::Proof& proof) {
  return proof.proves ? "certified to log10 log10 N = " + math::cut(proof.log10_log10_n, digits_of_height)
                      : std::string();
}

}  // namespace robin::api
