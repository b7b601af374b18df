#pragma once

// CertificateView: folds the finished blocks of a search of strategy colossally-abundant into its certificate, and
// shows it: the JSON object of the contract, and the sentence a person can quote. Used by one thread.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "cli/certificate_file.hpp"
#include "cli/summary.hpp"
#include "flow/store.hpp"
#include "search/sha256.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"

namespace robin::cli {

class CertificateView {
 public:
  /// Begins with the blocks of a certificate that is continued, if there is one.
  explicit CertificateView(const std::optional<CertificateFile>& from = {});

  /// Takes the next block in order. After one that was refused it takes no more.
  void take(const flow::FinishedBlock& block);

  /// Why a block was refused: one line; empty if none was.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  /// `holds`: no violation above 5040 was found; that nothing was refused is known here.
  [[nodiscard]] nlohmann::ordered_json json(bool holds) const;
  [[nodiscard]] Summary::Primes primes() const;
  /// "Robin's inequality holds for every 5040 < n <= N, ..."
  [[nodiscard]] std::string sentence() const;

 private:
  search::colossally_abundant::CertificateFold fold_;
  /// Over the digests of all blocks, one per line.
  search::Sha256 digest_;
  std::string refusal_;
};

/// Up to where a certifier's state certifies, in a few words, for a progress line; empty before anything above 5040 is.
[[nodiscard]] std::string certified_text(const std::map<std::string, std::string>& state);

/// Whether a strategy makes certificates.
[[nodiscard]] bool makes_certificates(const search::Strategy& strategy);

}  // namespace robin::cli
