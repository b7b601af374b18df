#include "cli/certificate_view.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/certificate_text.hpp"
#include "cli/summary.hpp"
#include "search/strategies/colossally_abundant/number_words.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;
using namespace search::colossally_abundant;  // NOLINT(google-build-using-namespace): what is shown here

constexpr int shown_digits = 9;

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
  return api::to_json(fold_.certificate(), {holds && refusal_.empty(), fold_.locate_minimum(), digest_.hex()});
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
  return api::sentence(all) + "\n" +
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
