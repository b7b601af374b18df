#include "search/strategies/colossally_abundant/certificate_check.hpp"

#include <utility>

#include "search/prime_windows/window_check.hpp"
#include "search/strategies/colossally_abundant/certificate_fold.hpp"
#include "search/strategies/colossally_abundant/small_numbers_again.hpp"
#include "search/strategies/colossally_abundant/steps_again.hpp"

namespace robin::search::colossally_abundant {
namespace {

class Check final : public prime_windows::WindowCheck {
 public:
  Check(const prime_windows::WindowedStrategy& strategy, std::vector<CertifiedBlock> blocks,
        const Parameters& parameters)
      : WindowCheck(strategy, std::move(blocks), parameters, math::EulerFactor::Sigma,
                    std::make_unique<CertificateFold>(), claimed_from) {}

 private:
  [[nodiscard]] std::vector<prime_windows::FurtherStep> further_again(std::uint64_t begin,
                                                                      std::uint64_t end) const override {
    return steps_again(begin, end);
  }
  [[nodiscard]] std::string check_first_again() const override { return check_small_numbers_again(); }
};

}  // namespace

std::unique_ptr<CertificateCheck> check_certificate(const prime_windows::WindowedStrategy& strategy,
                                                    std::vector<CertifiedBlock> blocks, const Parameters& parameters) {
  return std::make_unique<Check>(strategy, std::move(blocks), parameters);
}

}  // namespace robin::search::colossally_abundant
