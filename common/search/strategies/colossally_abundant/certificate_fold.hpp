#pragma once

// CertificateFold: takes the blocks of a search in order and keeps what they prove together: that Robin's inequality
// holds for every 5040 < n <= N, N being the colossally abundant number at the frontier. Between neighbouring
// colossally abundant numbers the ratio is at most the greater of theirs (Robin 1984, proposition 1), so checking them
// is enough. A block that does not fit, or does not certify, is refused with a reason, and nothing changes. Used by one
// thread.

#include "search/prime_windows/window_fold.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"

namespace robin::search::colossally_abundant {

/// The last step of 55440, the first colossally abundant number above 5040.
inline constexpr std::uint64_t claimed_from = 11;

class CertificateFold final : public prime_windows::WindowFold {
 public:
  explicit CertificateFold(const Certificate& from = {}) : WindowFold(from) {}

 private:
  [[nodiscard]] std::variant<prime_windows::Judged, Objection> judge(const Block& block, uint128 candidates,
                                                                     const Extras& extras,
                                                                     const Certificate& before) const override;
  [[nodiscard]] int128 margin_at(const StepSums& total) const override;
  void walk(std::uint64_t begin, std::uint64_t end, const Visit& visit) const override;
  [[nodiscard]] prime_windows::Claim claim() const override;
};

}  // namespace robin::search::colossally_abundant
