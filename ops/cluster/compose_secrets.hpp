#pragma once

// The passwords of a compose cluster, each in the volume of whoever needs it. Passwords that are there already stay;
// only addresses are written anew.

#include <filesystem>

namespace robin::cluster {

/// Writes FOLDER/CLIENT/SETTING for each client, and passwords and definitions for the servers. With `tls` addresses
/// ask for TLS, and both servers get a certificate of an authority made here. Everybody may read the files, for the
/// users of robin's image and of the servers' differ. Throws Error.
void write_compose_secrets(const std::filesystem::path& folder, bool tls);

}  // namespace robin::cluster
