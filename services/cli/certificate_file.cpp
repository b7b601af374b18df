#include "cli/certificate_file.hpp"

#include "runtime/error.hpp"
#include "runtime/text_file.hpp"

namespace robin::cli {
namespace {

using runtime::Error;

constexpr const char* advice = " (name a file that robin certificate --out wrote)";
/// A certificate of a hundred thousand blocks is far smaller.
constexpr std::size_t file_bytes_max = std::size_t{1} << 30U;

std::string read_named(const std::string& path) {
  try {
    return runtime::read_text_file(path, file_bytes_max);
  } catch (const Error& error) {
    throw Error(error.what() + std::string(advice));
  }
}

}  // namespace

void write_certificate(OutputFile& out, const api::CertificateDocument& document) {
  out.write(api::text_of(document));
  out.finish();
}

api::CertificateDocument read_certificate(const std::string& path, const search::Strategies& strategies) {
  auto document = api::certificate_document(read_named(path), strategies);
  if (const auto* refusal = std::get_if<core::Refusal>(&document)) {
    throw Error(path + ": " + refusal->reason + advice);
  }
  return std::move(*std::get_if<api::CertificateDocument>(&document));
}

}  // namespace robin::cli
