#pragma once

// Verification: how much of a certificate is looked at again, and how likely it is that a lie is missed. All blocks are
// compared with each other; parts are drawn at random, beside those in which the least margin may lie; of each drawn
// part the sums are computed again, and a run of its primes is walked one by one by other code (CertificateCheck). The
// caller brings the chance, so that what is looked at cannot be foreseen. Used by one thread.

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "search/certificate_check.hpp"

namespace robin::search {

/// How much is looked at again.
struct VerificationExtent {
  /// All parts, all primes one by one, all counts; the other fields are not asked.
  bool all = false;
  /// A share of the parts, 0 to 1; or so many of them, if not 0.
  double sample = 0.0005;
  std::uint64_t parts = 0;
  /// So many primes one by one, in more parts if the drawn ones have not so many; 0: 2^17, or one of 30,000 if that is
  /// more, which costs about two hundredths of what computing them did.
  std::uint64_t primes = 0;
};

class Verification {
 public:
  /// `draws` from entropy.
  Verification(std::unique_ptr<CertificateCheck> check, const VerificationExtent& extent, std::mt19937_64 draws);

  /// Looks at it.  Cost: some hundredths of what computing it did, or with `all` some hundred times as much.
  void run();

  /// Of all blocks; only where nothing is wrong.
  [[nodiscard]] const Certifier& folded() const { return check_->folded(); }
  /// In the order in which they were found.
  [[nodiscard]] const std::vector<Mismatch>& mismatches() const { return check_->mismatches(); }

  [[nodiscard]] std::uint64_t parts() const { return check_->parts().size(); }
  [[nodiscard]] std::uint64_t parts_checked() const { return parts_checked_; }
  [[nodiscard]] std::uint64_t primes_one_by_one() const { return one_by_one_; }
  [[nodiscard]] std::uint64_t counts_checked() const { return counts_; }
  /// Of all primes: those of the parts that were computed again, and those that were walked one by one.
  [[nodiscard]] double share_reproved() const { return share(primes_checked_); }
  [[nodiscard]] double share_reproved_independently() const { return share(one_by_one_); }
  /// With which probability a certificate with one false part, which nothing that it says elsewhere gives away, passes.
  [[nodiscard]] double miss_probability() const;

 private:
  [[nodiscard]] double share(std::uint64_t primes) const;
  void check_parts();
  void check_counts();

  std::unique_ptr<CertificateCheck> check_;
  VerificationExtent extent_;
  std::mt19937_64 draws_;
  std::uint64_t primes_ = 0;
  std::uint64_t primes_checked_ = 0;
  std::uint64_t parts_checked_ = 0;
  /// Those that are always looked at.
  std::uint64_t parts_certain_ = 0;
  std::uint64_t one_by_one_ = 0;
  std::uint64_t counts_ = 0;
};

}  // namespace robin::search
