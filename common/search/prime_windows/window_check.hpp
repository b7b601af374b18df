#pragma once

// WindowCheck: the check of certificates over prime windows. What differs from one inequality to another (the fold, the
// bound of a slice, steps beyond those of primes) are the strategy's or the hooks. Used by one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "math/euler_factor.hpp"
#include "search/certificate_check.hpp"
#include "search/prime_windows/slice_again.hpp"
#include "search/prime_windows/walk_again.hpp"
#include "search/prime_windows/window_fold.hpp"
#include "search/prime_windows/windowed_strategy.hpp"

namespace robin::search::prime_windows {

class WindowCheck : public CertificateCheck {
 public:
  void check_blocks() final;
  [[nodiscard]] const Certifier& folded() const final { return *fold_; }
  [[nodiscard]] const std::vector<CertifiedPart>& parts() const final { return parts_; }
  std::uint64_t check_part(const CertifiedPart& part, double place, std::uint64_t primes) final;
  void check_count(std::size_t block) final;
  [[nodiscard]] const std::vector<Mismatch>& mismatches() const final { return mismatches_; }

  /// `strategy` outlives this object. `claimed_from` is the last step of the first number at which the inequality is
  /// claimed.
  WindowCheck(const WindowedStrategy& strategy, std::vector<CertifiedBlock> blocks, Parameters parameters,
              math::EulerFactor factor, std::unique_ptr<WindowFold> fold, std::uint64_t claimed_from);

 private:
  /// The steps of [begin, end) that add no new prime, found by other code.
  [[nodiscard]] virtual std::vector<FurtherStep> further_again(std::uint64_t /*begin*/, std::uint64_t /*end*/) const {
    return {};
  }
  /// Checks by other code what is decided one by one beside the steps; empty if all is as it should be. Asked once, for
  /// the block that begins at the first position.
  [[nodiscard]] virtual std::string check_first_again() const { return {}; }

  void mismatch(std::size_t block, const std::string& what);
  [[nodiscard]] bool check_chain(std::size_t i);
  void check_claims(std::size_t i, const Certificate& before);
  void look_at(std::size_t block);

  const WindowedStrategy& strategy_;
  std::vector<CertifiedBlock> blocks_;
  Parameters parameters_;
  math::EulerFactor factor_;
  std::unique_ptr<WindowFold> fold_;
  std::uint64_t claimed_from_;
  std::vector<Mismatch> mismatches_;
  std::vector<CertifiedPart> parts_;
  /// The claims about parts_, in the same order.
  std::vector<SliceClaim> slices_;
  /// For each block the margin that was folded, and the count of primes up to its end.
  std::vector<std::optional<LeastMargin>> margins_;
  std::vector<std::uint64_t> primes_up_to_end_;
  /// The check of the block that was asked for last (looked_at_).
  std::unique_ptr<SliceAgain> again_;
  std::optional<std::size_t> looked_at_;
};

}  // namespace robin::search::prime_windows
