#pragma once

// An authority of our own and certificates of it, by openssl's command line: ca.pem and ca.key, NAME.pem and NAME.key
// in one folder. Whoever has ca.key can be any server. Two threads need two folders. All throw Error if openssl
// refuses.

#include <filesystem>
#include <string>
#include <vector>

namespace robin::cluster {

/// A server that is to have a certificate.
struct CertificateOf {
  /// Of its files, and its common name.
  std::string name;
  /// What it is asked for as.
  std::vector<std::string> dns_names;
};

/// Makes the folder and the authority, good for so many days.
void make_authority(const std::filesystem::path& folder, const std::string& common_name, int days);
/// A key, and a certificate that is good for so many days; of none: it has expired.
void make_certificate(const std::filesystem::path& folder, const CertificateOf& server, int days);
/// Signs the certificate anew, from today for so many days.
void sign_certificate(const std::filesystem::path& folder, const std::string& name, int days);

/// For private servers: an authority, and server.pem for localhost.
void make_certificates(const std::filesystem::path& folder, int days = 30);

}  // namespace robin::cluster
