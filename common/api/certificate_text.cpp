#include "api/certificate_text.hpp"

#include <fmt/format.h>

#include "adapters/versions.hpp"
#include "api/or_null.hpp"
#include "flow/json_reader.hpp"
#include "runtime/version.hpp"

namespace robin::api {
namespace {

using nlohmann::ordered_json;
using namespace search::colossally_abundant;  // NOLINT(google-build-using-namespace): what is shown here

constexpr int digits_of_file = 12;
constexpr int shown_digits = 9;

}  // namespace

ordered_json to_json(const Certificate& certificate, const CertificateFacts& facts) {
  ordered_json versions = {{"robin", runtime::version()}, {"revision", runtime::revision()}};
  for (const auto& [name, version] : adapters::all_versions()) {
    versions[name] = version;
  }
  const auto& at = facts.min_log_margin_at;
  return {{"holds", facts.holds && certificate.margin.has_value()},
          {"largest_position", std::to_string(certificate.largest_position)},
          {"log_n_lo", log_n_lo(certificate)},
          {"log_n_hi", log_n_hi(certificate)},
          {"log10_log10_n", or_null(log10_log10_n(certificate, digits_of_file))},
          {"prime_count", flow::wide_number(certificate.primes.count)},
          {"prime_sum", flow::wide_number(certificate.primes.sum)},
          {"min_log_margin", or_null(min_log_margin(certificate))},
          {"min_log_margin_at", at ? ordered_json(std::to_string(*at)) : ordered_json()},
          {"blocks", certificate.blocks},
          {"digest", or_null(facts.digest)},
          {"versions", versions}};
}

std::string sentence(const Certificate& certificate) {
  return certificate.margin ? fmt::format("Robin's inequality holds for every 5040 < n <= N, log10 log10 N = {}...",
                                          log10_log10_n(certificate, shown_digits))
                            : std::string();
}

}  // namespace robin::api
