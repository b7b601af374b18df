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
  /// "the 27 exceptions to Robin's inequality, by every integer to 100,000"
  std::string name;
  /// What was found instead; empty if all is as it should be.
  std::function<std::string()> differs;
};

/// A block by the text of its ends, on one thread; the threshold is the default one of the mode, or the one given.
[[nodiscard]] BlockResult examine_known(const Strategy& strategy, std::string_view begin, std::string_view end,
                                        Mode mode = Mode::Complete, DigestKind digest = DigestKind::Exact,
                                        std::string_view threshold = {});

/// Empty if they are equal, else "FOUND instead of EXPECTED".
[[nodiscard]] std::string difference(const std::string& found, const std::string& expected);
/// The same of their factorisations, with a space between.
[[nodiscard]] std::string difference(const std::vector<Witness>& found, const std::string& expected);

}  // namespace robin::search
