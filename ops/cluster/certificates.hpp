#pragma once

// A certificate authority of our own and certificates that it signs, made by openssl's command line. In one folder:
// ca.pem and ca.key, NAME.pem and NAME.key. Whoever has ca.key can pose as any server. Two threads need two folders.
// All functions throw Error if openssl refuses.

#include <filesystem>
#include <string>
#include <vector>

namespace robin::cluster {

/// A server that is to have a certificate.
struct CertificateOf {
  /// The name of its files, and its common name.
  std::string name;
  /// The host names by which clients ask for it.
  std::vector<std::string> dns_names;
};

/// Makes the folder and the authority, which is valid for `days` days.
void make_authority(const std::filesystem::path& folder, const std::string& common_name, int days);
/// Makes a key and a certificate that is valid for `days` days; with 0 it has expired already.
void make_certificate(const std::filesystem::path& folder, const CertificateOf& server, int days);
/// Signs the certificate anew: it is valid from today for `days` days.
void sign_certificate(const std::filesystem::path& folder, const std::string& name, int days);

/// Makes what private servers need: an authority, and server.pem for localhost.
void make_certificates(const std::filesystem::path& folder, int days = 30);

}  // namespace robin::cluster
