#pragma once

// VerifiedFile: a certificate file after it was looked at again, and what is said of that. Used by one thread.

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/certificate_document.hpp"
#include "search/verification.hpp"

namespace robin::cli {

class VerifiedFile {
 public:
  /// Looks at the file again. Which parts are drawn for a closer look depends on entropy.  Cost: that of
  /// search::Verification.
  VerifiedFile(const api::CertificateDocument& file, const search::VerificationExtent& extent);

  [[nodiscard]] bool ok() const { return mismatches_.empty(); }
  /// What does not agree, a line each, with the block's range if it is about one block.
  [[nodiscard]] const std::vector<std::string>& mismatches() const { return mismatches_; }
  /// The state to continue from where the certificate ends; only if nothing is wrong.
  [[nodiscard]] std::map<std::string, std::string> state() const { return verification_.folded().state(); }
  [[nodiscard]] nlohmann::ordered_json json() const;
  [[nodiscard]] std::string text() const;

 private:
  void compare_certificate(const api::CertificateDocument& file);

  std::size_t blocks_;
  search::Verification verification_;
  std::vector<std::string> mismatches_;
};

}  // namespace robin::cli
