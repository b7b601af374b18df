#include "search/strategies/primorial/primorial_check.hpp"

#include <utility>

#include "search/prime_windows/window_check.hpp"
#include "search/strategies/primorial/primorial_fold.hpp"

namespace robin::search::primorial {

std::unique_ptr<CertificateCheck> check_certificate(const prime_windows::WindowedStrategy& strategy,
                                                    std::vector<CertifiedBlock> blocks, const Parameters& parameters) {
  return std::make_unique<prime_windows::WindowCheck>(strategy, std::move(blocks), parameters,
                                                      math::EulerFactor::Totient, std::make_unique<PrimorialFold>(),
                                                      claimed_from);
}

}  // namespace robin::search::primorial
