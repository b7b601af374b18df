#pragma once

// Certificates in files.

#include <string>

#include "api/certificate_document.hpp"
#include "cli/output_file.hpp"

namespace robin::cli {

/// Writes the document and finishes the file. Throws runtime::Error.
void write_certificate(OutputFile& out, const api::CertificateDocument& document);

/// Reads a certificate. Throws runtime::Error, one line that names the file and what is wrong with it.
[[nodiscard]] api::CertificateDocument read_certificate(const std::string& path, const search::Strategies& strategies);

}  // namespace robin::cli
