#pragma once

// CertificateView: folds the finished blocks of a search into its certificate, and shows it: the JSON object of the
// contract, and the sentence a person can quote. Used by one thread.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "api/certificate_document.hpp"
#include "cli/certified_margins.hpp"
#include "flow/ports/store.hpp"
#include "search/sha256.hpp"

namespace robin::cli {

class CertificateView {
 public:
  /// `strategy` must make certificates (asserted). With `from` it goes on from the blocks of that certificate. With
  /// `at`, which outlives this object, margins() keeps what each block certifies.
  explicit CertificateView(const search::Strategy& strategy, const std::optional<api::CertificateDocument>& from = {},
                           const horizon::Arithmetic* at = nullptr);

  /// Takes the next block in order. After one that was refused it takes no more.
  void take(const flow::FinishedBlock& block);

  /// Called after the last block: compares what all blocks claim with what can be evaluated from their sums.
  void close();

  /// Why a block, or all of them together, were refused: one line; empty if none was.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  /// What each block that was taken certifies; kept only if the constructor was given `at`.
  [[nodiscard]] const std::vector<CertifiedMargin>& margins() const;

  /// The certificate as JSON. `holds` says that no violation was found but known exceptions; whether a block was
  /// refused is known here.
  [[nodiscard]] nlohmann::ordered_json json(bool holds) const;
  /// The sentence to quote: "Robin's inequality holds for every 5040 < n <= N, ...".
  [[nodiscard]] std::string sentence() const;

 private:
  const search::Strategy& strategy_;
  std::unique_ptr<search::Certifier> certifier_;
  std::optional<MarginsOfBlocks> margins_;
  /// SHA-256 over the digests of all blocks, one on each line.
  search::Sha256 digest_;
  std::string refusal_;
};

/// Whether a strategy makes certificates.
[[nodiscard]] inline bool certifies(const search::Strategy& strategy) { return !strategy.certificate_format().empty(); }

}  // namespace robin::cli
