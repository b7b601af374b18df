#pragma once

// What a search proves as it is answered: the certificate of the API, and the sentence a person can quote. Any thread
// may call.

#include <map>
#include <optional>
#include <string>

#include "api/model.hpp"
#include "search/strategy.hpp"

namespace robin::api {

/// What an answer says of a certificate that the proof alone does not know.
struct CertificateFacts {
  /// Whether the certificate holds: no violation was found but known exceptions, and no block was refused.
  bool holds = false;
  std::optional<search::Position> min_log_margin_at = {};
  /// The digest over the digests of all blocks; empty: not given.
  std::string digest = {};
  /// The versions of the libraries that folded it.
  OrderedTexts versions = {};
};

[[nodiscard]] Certificate view(const search::Proof& proof, const CertificateFacts& facts);

/// What the state of a certifier proves; nullopt if there is no state, or it does not belong to this strategy.
/// `strategy` is nullptr for one that this program lacks.
[[nodiscard]] std::optional<search::Proof> proof_of(const search::Strategy* strategy,
                                                    const std::map<std::string, std::string>& state);

/// "certified to log10 log10 N = 8.6378": for a progress line; empty while nothing is proved.
[[nodiscard]] std::string height_text(const search::Proof& proof);

}  // namespace robin::api
