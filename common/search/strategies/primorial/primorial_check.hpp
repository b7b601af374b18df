#pragma once

// The check of certificates of this strategy: prime_windows/window_check.hpp with its fold.

#include <memory>
#include <vector>

#include "search/certificate_check.hpp"
#include "search/prime_windows/windowed_strategy.hpp"

namespace robin::search::primorial {

/// `strategy` is this one, and outlives the check.
[[nodiscard]] std::unique_ptr<CertificateCheck> check_certificate(const prime_windows::WindowedStrategy& strategy,
                                                                  std::vector<CertifiedBlock> blocks,
                                                                  const Parameters& parameters);

}  // namespace robin::search::primorial
