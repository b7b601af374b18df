#pragma once

// Tokens: who may give orders. Each has a name, which stands in the events of what its holder ordered, so that people
// share a gateway and not a token. A file holds one a line, NAME TOKEN; empty lines and what follows a # are skipped.
// Values; any thread may call.

#include <string>
#include <vector>

namespace robin::gateway {

struct NamedToken {
  std::string name;
  std::string token;
};

/// How many tokens a file may hold, and how many bytes.
inline constexpr std::size_t tokens_max = 1000;
inline constexpr std::size_t tokens_file_bytes_max = 1'000'000;

/// Throws runtime::Config::Refused, which names the line and what is wrong, never a token.
[[nodiscard]] std::vector<NamedToken> tokens_from(const std::string& text);

}  // namespace robin::gateway
