#pragma once

// The passwords of a compose cluster, each in the volume of whoever needs it. What is there already stays; only
// addresses are written anew.

#include <filesystem>

namespace robin::cluster {

/// FOLDER/CLIENT/SETTING for each client, passwords and definitions for the servers. With `tls` addresses ask for TLS,
/// and both servers get a certificate of an authority made here. Files are for everybody to read: the user of robin's
/// image and the one that runs the server. Throws Error.
void write_compose_secrets(const std::filesystem::path& folder, bool tls);

}  // namespace robin::cluster
