#pragma once

// The process that keeps the services of one folder alive. It listens for orders there (orders.hpp): `scale SERVICE N`
// and `stop`; SIGTERM, SIGINT and SIGHUP are `stop`, too. Each service reads FOLDER/SERVICE.env and writes into
// FOLDER/log; FOLDER/pids/NAME holds its id, and is empty while it waits to be started again; FOLDER/log/cluster.log
// says what ended. When this process dies, the kernel kills them: nothing is left.

#include <filesystem>

namespace robin::cluster {

/// Returns when it was told to stop and everything has ended. `bin` is the folder with the programs. Throws Error.
void supervise(const std::filesystem::path& folder, const std::filesystem::path& bin);

}  // namespace robin::cluster
