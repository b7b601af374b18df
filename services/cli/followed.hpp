#pragma once

// What `run` and `submit --wait` tell when the search they followed ends: the result on stdout, failures and an
// interruption on stderr, and the exit status.

#include <chrono>
#include <string>

#include "cli/certificate_view.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "cli/summary.hpp"
#include "flow/loops/follow.hpp"

namespace robin::cli {

struct Followed {
  flow::LedgerReader& ledger;
  flow::SearchId search;
  flow::FollowResult result;
  std::chrono::steady_clock::time_point begin;
  Origin origin;
};

/// Tells what came of it and returns the exit status. `after_interruption` says how to go on after an interruption.
[[nodiscard]] int report(const Followed& followed, const SearchRequest& request, const Context& context,
                         const std::string& after_interruption);

}  // namespace robin::cli
