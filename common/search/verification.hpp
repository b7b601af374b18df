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
  /// Whether to check all parts, all primes one by one, and all counts; then the other fields are ignored.
  bool all = false;
  /// The share of the parts to draw, 0 to 1; or their number, if `parts` is not 0.
  double sample = 0.0005;
  std::uint64_t parts = 0;
  /// How many primes to walk one by one, in further parts if the drawn ones do not have so many. 0: 2^17, or every
  /// 30,000th prime if that is more, which costs about two hundredths of what computing the certificate did.
  std::uint64_t primes = 0;
};

class Verification {
 public:
  /// `draws` is seeded from entropy, so that nobody can foresee what is looked at.
  Verification(std::unique_ptr<CertificateCheck> check, const VerificationExtent& extent, std::mt19937_64 draws);

  /// Looks at the certificate.  Cost: some hundredths of what computing it did; with `all` some hundred times as much
  /// as computing it.
  void run();

  /// What all blocks prove together; only if nothing is wrong.
  [[nodiscard]] const Certifier& folded() const { return check_->folded(); }
  /// What does not agree, in the order in which it was found.
  [[nodiscard]] const std::vector<Mismatch>& mismatches() const { return check_->mismatches(); }

  [[nodiscard]] std::uint64_t parts() const { return check_->parts().size(); }
  [[nodiscard]] std::uint64_t parts_checked() const { return parts_checked_; }
  [[nodiscard]] std::uint64_t primes_one_by_one() const { return one_by_one_; }
  [[nodiscard]] std::uint64_t counts_checked() const { return counts_; }
  /// The share of all primes that lie in parts which were computed again, and the share of those that were walked one
  /// by one.
  [[nodiscard]] double share_reproved() const { return share(primes_checked_); }
  [[nodiscard]] double share_reproved_independently() const { return share(one_by_one_); }
  /// The probability that a certificate passes although one part is false, if nothing that it says elsewhere gives that
  /// away.
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
  /// How many parts are looked at in any case.
  std::uint64_t parts_certain_ = 0;
  std::uint64_t one_by_one_ = 0;
  std::uint64_t counts_ = 0;
};

}  // namespace robin::search
