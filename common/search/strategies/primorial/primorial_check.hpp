#pragma once

// The check of certificates of this strategy: prime_windows/window_check.hpp with its bounds.

#include <memory>
#include <vector>

#include "search/certificate_check.hpp"
#include "search/strategy.hpp"

namespace robin::search::primorial {

/// `strategy` is this one, and outlives the check.
[[nodiscard]] std::unique_ptr<CertificateCheck> check_certificate(const Strategy& strategy,
                                                                  std::vector<CertifiedBlock> blocks,
                                                                  const Parameters& parameters);

}  // namespace robin::search::primorial
