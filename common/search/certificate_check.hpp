#pragma once

// CertificateCheck: looks at a whole certificate again, as somebody who believes nothing that it says: what its blocks
// say against each other, parts of them by the code that computed them, and runs of single steps by code that shares
// nothing with it. What and how much of it is looked at is chosen by the caller. Used by one thread.

#include <cstdint>
#include <string>
#include <vector>

#include "search/block.hpp"
#include "search/certifier.hpp"
#include "search/findings.hpp"

namespace robin::search {

/// A block as a certificate holds it.
struct CertifiedBlock {
  Block block;
  uint128 candidates;
  std::string digest;
  Extras extras;
};

/// A part of a block that can be computed again alone.
struct CertifiedPart {
  /// The index of its block in the certificate.
  std::size_t block;
  Block range;
  std::uint64_t primes;
  /// Whether the least margin of the whole certificate may lie in it.
  bool may_hold_least;
};

/// What does not agree, and in which block.
struct Mismatch {
  std::size_t block;
  std::string what;
};

class CertificateCheck {
 public:
  CertificateCheck() = default;
  CertificateCheck(const CertificateCheck&) = delete;
  CertificateCheck& operator=(const CertificateCheck&) = delete;
  virtual ~CertificateCheck() = default;

  /// Checks all blocks: they follow each other from the first position on; each digest belongs to its block's numbers;
  /// blocks that walk single steps are computed again and compared value by value; what all blocks prove together is
  /// folded; and no claimed margin contradicts the sums at the ends of parts. Called first, once.  Cost: a second or
  /// so, and some microseconds a part.
  virtual void check_blocks() = 0;

  /// What the blocks prove together, once check_blocks() has found nothing wrong.
  [[nodiscard]] virtual const Certifier& folded() const = 0;

  /// The parts of all blocks, or of those up to the first block that does not fit.
  [[nodiscard]] virtual const std::vector<CertifiedPart>& parts() const = 0;

  /// Computes the part again, sums and bound, by the code that computed it. Then walks a run of about `primes`
  /// consecutive primes of the part (all of them if it has fewer) by other code: every step one by one from the sums
  /// that the first way has there, the margin of the inequality enclosed at each number that is met, and the sums
  /// compared at the end. `place`, from 0 to 1, says where in the part the run begins. Returns how many primes were
  /// walked.
  virtual std::uint64_t check_part(const CertifiedPart& part, double place, std::uint64_t primes) = 0;

  /// Compares the count of primes up to the end of the block with a count by other code.  Cost: milliseconds up to
  /// 10^12, a second at 10^15.
  virtual void check_count(std::size_t block) = 0;

  /// All that was found so far, at most a few for each block.
  [[nodiscard]] virtual const std::vector<Mismatch>& mismatches() const = 0;
};

}  // namespace robin::search
