#pragma once

// What the environment of a test says: whoever runs the tests may have variables of this family set.

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace robin::testing_support {

/// Unsets every ROBIN_ variable. Before any thread begins.
inline void unset_our_variables() {
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable(*entry);
    if (variable.starts_with("ROBIN_")) {
      names.push_back(variable.substr(0, variable.find('=')));
    }
  }
  for (const auto& name : names) {
    unsetenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before any thread begins
  }
}

}  // namespace robin::testing_support
