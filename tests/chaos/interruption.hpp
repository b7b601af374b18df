#pragma once

// Interruption: SIGINT and SIGTERM end a program of this folder between two of its steps, so that it takes everything
// down, servers too.

namespace robin::chaos {

/// Throws std::runtime_error once one of the signals has come.
void check_interrupted();

/// main() of a program whose errors are told under its name: what `run` returns, or 1.
int run_interruptibly(const char* name, int (*run)(int, char**), int argc, char** argv);

}  // namespace robin::chaos
