#pragma once

// PrimorialFold: takes the blocks of a search in order and keeps what they prove together: that Nicolas' inequality
// holds for every primorial up to N, N being the product of all primes below the frontier. A block that does not fit,
// or does not certify, is refused with a reason, and nothing changes. Used by one thread.

#include "search/prime_windows/window_fold.hpp"

namespace robin::search::primorial {

/// The last step of 6, the first primorial N with log log N > 0.
inline constexpr std::uint64_t claimed_from = 3;

class PrimorialFold final : public prime_windows::WindowFold {
 public:
  explicit PrimorialFold(const prime_windows::Certificate& from = {}) : WindowFold(from) {}

 private:
  [[nodiscard]] std::variant<prime_windows::Judged, Objection> judge(
      const Block& block, uint128 candidates, const Extras& extras,
      const prime_windows::Certificate& before) const override;
  [[nodiscard]] core::int128 margin_at(const prime_windows::StepSums& total) const override;
  void walk(std::uint64_t begin, std::uint64_t end, const Visit& visit) const override;
  [[nodiscard]] prime_windows::Claim claim() const override;
};

}  // namespace robin::search::primorial
