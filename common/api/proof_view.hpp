#pragma once

// What a search proves as it is answered: the certificate of the API, and the sentence a person can quote. Any thread
// may call.

#include <map>
#include <optional>
#include <string>

#include "api/model.hpp"
#include "search/strategy.hpp"

namespace robin::api {

/// What a proof alone does not know.
struct CertificateFacts {
  /// No violation was found that is no known exception, and nothing was refused.
  bool holds = false;
  std::optional<search::Position> min_log_margin_at = {};
  /// Over the digests of all blocks; null if none is given.
  std::string digest = {};
  /// Of the libraries that folded it.
  OrderedTexts versions = {};
};

[[nodiscard]] Certificate view(const search::Proof& proof, const CertificateFacts& facts);

/// What the state of a certifier proves; nullopt if there is none, or it is none of this strategy (nullptr: one that
/// this program lacks).
[[nodiscard]] std::optional<search::Proof> proof_of(const search::Strategy* strategy,
                                                    const std::map<std::string, std::string>& state);

/// "certified to log10 log10 N = 8.6378": for a progress line; empty while nothing is proved.
[[nodiscard]] std::string height_text(const search::Proof& proof);

}  // namespace robin::api
