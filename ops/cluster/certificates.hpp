#pragma once

// An authority of our own and a certificate for localhost, by openssl's command line: ca.pem and ca.key, server.pem and
// server.key in one folder. Two threads need two folders. All throw Error if openssl refuses.

#include <filesystem>

namespace robin::cluster {

/// Makes the folder, the authority and a certificate that is good for so many days; of none: it has expired.
void make_certificates(const std::filesystem::path& folder, int days = 30);
/// Signs the certificate anew, from today for so many days.
void sign_certificate(const std::filesystem::path& folder, int days);

}  // namespace robin::cluster
