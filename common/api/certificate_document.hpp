#pragma once

// CertificateDocument: a certificate with everything that is needed to check it again: the blocks it was folded from,
// with their whole numbers and digests, as text that lies in files. One JSON object, described in
// common/search/CERTIFICATE.md; its format tells which strategy it is of. A value; any thread may call.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/refusal.hpp"
#include "flow/ports/store.hpp"
#include "search/strategy.hpp"

namespace robin::api {

struct CertificateDocument {
  const search::Strategy* strategy;
  /// The threshold of the search: the findings of its first block, and so that block's digest, depend on it.
  math::Decimal threshold;
  nlohmann::ordered_json certificate;
  std::vector<flow::FinishedBlock> blocks;
  /// False if the text that was read does not have the SHA-256 that it states. Documents of robin 0.1.0 state none.
  bool is_intact = true;

  /// Where the last block ends; the first position if there is none.
  [[nodiscard]] search::Position end() const { return blocks.empty() ? strategy->first() : blocks.back().block.end; }
};

/// The document as one line of text.
[[nodiscard]] std::string text_of(const CertificateDocument& document);

/// Reads a document. Refused if it is no certificate of a strategy that this program knows. Whether its numbers are
/// right is not asked here.
[[nodiscard]] core::Parsed<CertificateDocument> certificate_document(std::string_view text,
                                                                     const search::Strategies& strategies);

}  // namespace robin::api
