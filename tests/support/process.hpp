#pragma once

// Child processes of a test: the class of the tool that keeps private clusters (ops/cluster).

#include "cluster/process.hpp"

namespace robin::testing_support {

using cluster::Process;
using cluster::ProcessOptions;
using cluster::ProcessResult;
using cluster::run_process;

}  // namespace robin::testing_support
