#pragma once

// CertificateFile: a certificate with everything that is needed to check it again: the blocks it was folded from, with
// their whole numbers and digests. One JSON object: {"format", "threshold", "certificate", "blocks": [{"begin", "end",
// "candidates", "digest", "extras"}]}.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/output_file.hpp"
#include "flow/store.hpp"

namespace robin::cli {

struct CertificateFile {
  /// Of the search: the findings of its first block, and so its digest, depend on it.
  math::Decimal threshold;
  nlohmann::ordered_json certificate;
  std::vector<flow::FinishedBlock> blocks;

  /// Where the last block ends; 2 if there is none.
  [[nodiscard]] search::Position end() const { return blocks.empty() ? search::Position{2} : blocks.back().block.end; }
};

/// Writes and finishes it. Throws runtime::Error.
void write_certificate(OutputFile& out, const CertificateFile& file);

/// Throws runtime::Error in one line that names the file and what is wrong with it.
[[nodiscard]] CertificateFile read_certificate(const std::string& path);

}  // namespace robin::cli
