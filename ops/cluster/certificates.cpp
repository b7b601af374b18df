#include "cluster/certificates.hpp"

#include <string>
#include <vector>

#include "cluster/files.hpp"
#include "cluster/process.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

constexpr const char* curve = "ec_paramgen_curve:prime256v1";

void openssl(const std::filesystem::path& folder, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {"openssl"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ProcessOptions options;
  options.working_directory = folder;
  if (const auto result = run_process(command, options); result.status != 0) {
    throw runtime::Error("openssl " + arguments.front() + ": " + result.error);
  }
}

}  // namespace

void make_authority(const std::filesystem::path& folder, const std::string& common_name, int days) {
  std::filesystem::create_directories(folder);
  openssl(folder, {"req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-days", std::to_string(days), "-subj",
                   "/CN=" + common_name, "-keyout", "ca.key", "-out", "ca.pem"});
}

void make_certificate(const std::filesystem::path& folder, const CertificateOf& server, int days) {
  std::string names;
  for (const auto& name : server.dns_names) {
    names += (names.empty() ? "DNS:" : ",DNS:") + name;
  }
  write_file(folder / (server.name + ".ext"), "subjectAltName=" + names + "\nextendedKeyUsage=serverAuth\n");
  openssl(folder, {"req", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-subj", "/CN=" + server.name, "-keyout",
                   server.name + ".key", "-out", server.name + ".csr"});
  sign_certificate(folder, server.name, days);
}

void sign_certificate(const std::filesystem::path& folder, const std::string& name, int days) {
  openssl(folder, {"x509", "-req", "-days", std::to_string(days), "-in", name + ".csr", "-CA", "ca.pem", "-CAkey",
                   "ca.key", "-CAcreateserial", "-extfile", name + ".ext", "-out", name + ".pem"});
}

void make_certificates(const std::filesystem::path& folder, int days) {
  make_authority(folder, "private robin CA", 30);
  make_certificate(folder, {.name = "server", .dns_names = {"localhost"}}, days);
}

}  // namespace robin::cluster
