#include "cluster/certificates.hpp"

#include <string>
#include <vector>

#include "cluster/files.hpp"
#include "cluster/process.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

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

void make_certificates(const std::filesystem::path& folder, int days) {
  std::filesystem::create_directories(folder);
  write_file(folder / "names", "subjectAltName=DNS:localhost\n");
  openssl(folder, {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                   "-subj", "/CN=private robin CA", "-keyout", "ca.key", "-out", "ca.pem"});
  openssl(folder, {"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                   "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"});
  sign_certificate(folder, days);
}

void sign_certificate(const std::filesystem::path& folder, int days) {
  openssl(folder, {"x509", "-req", "-days", std::to_string(days), "-in", "server.csr", "-CA", "ca.pem", "-CAkey",
                   "ca.key", "-CAcreateserial", "-extfile", "names", "-out", "server.pem"});
}

}  // namespace robin::cluster
