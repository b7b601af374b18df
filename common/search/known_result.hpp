#pragma once

// KnownResult: something a strategy finds that is known from elsewhere, or by two ways: what `robin selftest` asks of a
// machine. The functions below are for the strategies that name them.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "search/parameters.hpp"
#include "search/witness.hpp"

namespace robin::search {

class Strategy;
struct BlockResult;

struct KnownResult {
  /// What is known: "the 27 exceptions to Robin's inequality, by every integer to 100,000".
  std::string name;
  /// Computes it and returns what was found instead; empty if all is as it should be.
  std::function<std::string()> differs;
};

/// Examines the block between two positions, given as texts, on one thread. Without a threshold the default one of the
/// mode is used.
[[nodiscard]] BlockResult examine_known(const Strategy& strategy, std::string_view begin, std::string_view end,
                                        Mode mode = Mode::Complete, DigestKind digest = DigestKind::Exact,
                                        std::string_view threshold = {});

/// Empty if they are equal, else "FOUND instead of EXPECTED".
[[nodiscard]] std::string difference(const std::string& found, const std::string& expected);
/// The same for the factorisations of `found`, with a space between them.
[[nodiscard]] std::string difference(const std::vector<Witness>& found, const std::string& expected);

}  // namespace robin::search
