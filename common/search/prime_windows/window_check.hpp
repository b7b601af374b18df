#pragma once

// WindowCheck: the check of certificates over prime windows. What differs from one inequality to another (the fold, the
// bound of a slice, steps beyond those of primes) are the hooks. Used by one thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "math/euler_factor.hpp"
#include "search/certificate_check.hpp"
#include "search/prime_windows/run_sums.hpp"
#include "search/prime_windows/walk_again.hpp"
#include "search/prime_windows/window_fold.hpp"
#include "search/strategy.hpp"

namespace robin::search::prime_windows {

class WindowCheck : public CertificateCheck {
 public:
  void check_blocks() final;
  [[nodiscard]] const Certifier& folded() const final { return *fold_; }
  [[nodiscard]] const std::vector<CertifiedPart>& parts() const final { return parts_; }
  std::uint64_t check_part(const CertifiedPart& part, double place, std::uint64_t primes) final;
  void check_count(std::size_t block) final;
  [[nodiscard]] const std::vector<Mismatch>& mismatches() const final { return mismatches_; }

 protected:
  /// A slice, with what its block says of it.
  struct Slice {
    /// Of the block.
    std::uint64_t block_begin;
    std::uint64_t begin;
    std::uint64_t end;
    PrimeSums primes;
    StepSums sums;
    /// L and S where the slice begins, and what the block adds before it.
    StepSums before;
    StepSums inside;
    /// How many primes lie below.
    std::uint64_t primes_below;
    /// Of a block that does not know its origin.
    std::optional<int128> bound;
  };
  using Visit = std::function<void(const WindowTally&, const StepSums& sums)>;

  WindowCheck(const Strategy& strategy, std::vector<CertifiedBlock> blocks, const Parameters& parameters,
              math::EulerFactor factor, std::unique_ptr<WindowFold> fold, std::uint64_t claimed_from);

  [[nodiscard]] const std::vector<CertifiedBlock>& blocks() const { return blocks_; }
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }

  /// Walks the windows of the slice by the code that computes blocks, calls visit for each, and says what differs from
  /// what its block says of its margin; empty: nothing.
  [[nodiscard]] virtual std::string compute_again(std::size_t block, const Slice& slice, const Visit& visit) = 0;
  /// Steps of [begin, end) beyond those of primes, by other code.
  [[nodiscard]] virtual std::vector<FurtherStep> further_again(std::uint64_t /*begin*/, std::uint64_t /*end*/) const {
    return {};
  }
  /// What is decided one by one beside the steps, by other code; empty: all is as it should be. Asked once for the
  /// block that begins at the first position.
  [[nodiscard]] virtual std::string check_first_again() const { return {}; }

 private:
  void mismatch(std::size_t block, const std::string& what);
  [[nodiscard]] bool check_chain(std::size_t block);
  void check_claims(std::size_t block, const Certificate& before);

  const Strategy& strategy_;
  std::vector<CertifiedBlock> blocks_;
  Parameters parameters_;
  math::EulerFactor factor_;
  std::unique_ptr<WindowFold> fold_;
  std::uint64_t claimed_from_;
  std::vector<Mismatch> mismatches_;
  std::vector<CertifiedPart> parts_;
  /// Beside parts_.
  std::vector<Slice> slices_;
  /// Of each block: the margin that was folded; and the primes up to its end.
  std::vector<std::optional<LeastMargin>> margins_;
  std::vector<std::uint64_t> primes_up_to_end_;
};

}  // namespace robin::search::prime_windows
