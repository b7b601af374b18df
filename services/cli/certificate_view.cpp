#include "cli/certificate_view.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "adapters/versions.hpp"
#include "cli/summary.hpp"
#include "flow/json_reader.hpp"
#include "runtime/version.hpp"
#include "search/strategies/colossally_abundant/number_words.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;
using namespace search::colossally_abundant;  // NOLINT(google-build-using-namespace): what is shown here

constexpr int log10_log10_digits = 12;
constexpr int shown_digits = 9;

ordered_json or_null(const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); }

}  // namespace

CertificateView::CertificateView(const std::optional<CertificateFile>& from) {
  if (from) {
    for (const auto& block : from->blocks) {
      take(block);
    }
  }
}

void CertificateView::take(const flow::FinishedBlock& block) {
  if (!refusal_.empty()) {
    return;
  }
  digest_.update(block.digest + "\n");
  if (const auto reason = fold_.advance(block.block, block.candidates, block.extras)) {
    refusal_ = fmt::format("block {}[{}, {}) is not certified: {}",
                           block.id.value == 0 ? "" : std::to_string(block.id.value) + " ",
                           decimal(block.block.begin.ordinal), decimal(block.block.end.ordinal), reason->reason);
  }
}

ordered_json CertificateView::json(bool holds) const {
  const Certificate& all = fold_.certificate();
  const auto at = fold_.locate_minimum();
  ordered_json versions = {{"robin", runtime::version()}, {"revision", runtime::revision()}};
  for (const auto& [name, version] : adapters::all_versions()) {
    versions[name] = version;
  }
  return {{"holds", holds && refusal_.empty() && all.margin.has_value()},
          {"largest_position", std::to_string(all.largest_position)},
          {"log_n_lo", log_n_lo(all)},
          {"log_n_hi", log_n_hi(all)},
          {"log10_log10_n", or_null(log10_log10_n(all, log10_log10_digits))},
          {"prime_count", flow::wide_number(all.primes.count)},
          {"prime_sum", flow::wide_number(all.primes.sum)},
          {"min_log_margin", or_null(min_log_margin(all))},
          {"min_log_margin_at", at ? ordered_json(std::to_string(*at)) : ordered_json()},
          {"blocks", all.blocks},
          {"digest", digest_.hex()},
          {"versions", versions}};
}

Summary::Primes CertificateView::primes() const {
  const auto& primes = fold_.certificate().primes;
  return {primes.count, primes.sum};
}

std::string CertificateView::sentence() const {
  const Certificate& all = fold_.certificate();
  if (!all.margin) {
    return "Nothing above 5040 is certified yet.\n";
  }
  const std::string height = log10_log10_n(all, shown_digits);
  return fmt::format("Robin's inequality holds for every 5040 < n <= N, log10 log10 N = {}...\n", height) +
         fmt::format("  N is the colossally abundant number whose primes go up to x = {}; {} primes were summed up.\n",
                     grouped(all.largest_position), grouped(all.primes.count)) +
         fmt::format("  log N in [{}, {}], certified margin >= {}\n", log_n_lo(all), log_n_hi(all),
                     min_log_margin(all));
}

std::string certified_text(const std::map<std::string, std::string>& state) {
  const auto read = certificate_from(state);
  const Certificate* all = math::accepted(read);
  return all != nullptr && all->margin
             ? fmt::format("certified to log10 log10 N = {}", log10_log10_n(*all, shown_digits))
             : std::string();
}

bool makes_certificates(const search::Strategy& strategy) { return strategy.name() == "colossally-abundant"; }

}  // namespace robin::cli
