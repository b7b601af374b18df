#pragma once

// The check of certificates of this strategy: prime_windows/window_check.hpp with its bounds, its steps with k >= 2 and
// every n in (5040, 55440).

#include <memory>
#include <vector>

#include "search/certificate_check.hpp"
#include "search/strategy.hpp"

namespace robin::search::colossally_abundant {

/// `strategy` is this one, and outlives the check.
[[nodiscard]] std::unique_ptr<CertificateCheck> check_certificate(const Strategy& strategy,
                                                                  std::vector<CertifiedBlock> blocks,
                                                                  const Parameters& parameters);

}  // namespace robin::search::colossally_abundant
