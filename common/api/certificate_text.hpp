#pragma once

// A certificate as it is shown: the JSON object of the contract (README, "JSON"), and the sentence a person can quote.
// Any thread may call.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "search/strategies/colossally_abundant/certificate_fold.hpp"

namespace robin::api {

/// What a certificate alone does not know.
struct CertificateFacts {
  /// No violation above 5040 was found, and nothing was refused.
  bool holds = false;
  std::optional<std::uint64_t> min_log_margin_at = {};
  /// Over the digests of all blocks; null if none is given.
  std::string digest = {};
};

[[nodiscard]] nlohmann::ordered_json to_json(const search::colossally_abundant::Certificate& certificate,
                                             const CertificateFacts& facts);

/// "Robin's inequality holds for every 5040 < n <= N, log10 log10 N = ...", without a full stop; empty before anything
/// above 5040 is certified.
[[nodiscard]] std::string sentence(const search::colossally_abundant::Certificate& certificate);

}  // namespace robin::api
