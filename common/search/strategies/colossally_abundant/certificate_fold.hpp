#pragma once

// CertificateFold: takes the blocks of a search in order and keeps what they prove together: that Robin's inequality
// holds for every 5040 < n <= N, N being the colossally abundant number at the frontier. Between neighbouring
// colossally abundant numbers the ratio is at most the greater of theirs (Robin 1984, proposition 1), so checking them
// is enough. A block that does not fit, or does not certify, is refused with a reason, and nothing changes. Used by one
// thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "search/block.hpp"
#include "search/certifier.hpp"
#include "search/findings.hpp"
#include "search/strategies/colossally_abundant/block_certificate.hpp"

namespace robin::search::colossally_abundant {

/// What is certified so far.
struct Certificate {
  /// Every colossally abundant number whose last step lies below it was checked.
  std::uint64_t largest_position = 2;
  std::uint64_t blocks = 0;
  std::uint64_t steps = 0;
  PrimeSums primes;
  /// L = log N and S = log(sigma(N)/N).
  StepSums sums;
  /// None while no number above 5040 was met.
  std::optional<LeastMargin> margin;
};

class CertificateFold {
 public:
  /// Goes on from a certificate; then locate_minimum() looks only at the blocks taken here.
  explicit CertificateFold(const Certificate& from = {}) : certificate_(from) {}

  [[nodiscard]] const Certificate& certificate() const noexcept { return certificate_; }
  /// The least margin of the block taken last; none if it met no number above 5040.
  [[nodiscard]] const std::optional<LeastMargin>& margin_of_last() const noexcept { return margin_of_last_; }

  /// Takes the block in, unless there is an objection: then nothing changes.
  [[nodiscard]] std::optional<Objection> advance(const Block& block, uint128 candidates,
                                                 const std::map<std::string, std::string>& extras);

  /// Where the least margin is attained: the begin of its window (or below 2^20 the whole number below its step), found
  /// by evaluating the margin itself at every window of the slices that come into question; so it does not depend on
  /// how the search was cut. nullopt while there is no margin.  Cost: those slices are sieved again; mostly it is one.
  [[nodiscard]] std::optional<std::uint64_t> locate_minimum() const;

 private:
  /// A part of a block, with L and S where it begins, and the least that its margin may be.
  struct Part {
    std::uint64_t begin;
    std::uint64_t end;
    StepSums before;
    LeastMargin margin;
  };
  /// A block whose margin is so small that the least one may lie in it, with L and S where it begins.
  struct Contender {
    LeastMargin margin;
    Block block;
    BlockCertificate certificate;
    StepSums before;
  };

  [[nodiscard]] static std::vector<Part> parts_of(const Contender& contender);
  /// The bound that a block's slices make together, sharp wherever log N lies.
  [[nodiscard]] static LeastMargin least_of_parts(const Contender& contender);
  void contend(Contender contender);

  Certificate certificate_;
  std::optional<LeastMargin> margin_of_last_;
  std::vector<Contender> contenders_;
};

// For people and other programs; decimals rounded outward.

/// The ends of log N.
[[nodiscard]] std::string log_n_lo(const Certificate& certificate);
[[nodiscard]] std::string log_n_hi(const Certificate& certificate);
/// log10 log10 N, cut after `digits` decimals; empty while log10 N <= 1.
[[nodiscard]] std::string log10_log10_n(const Certificate& certificate, int digits);
/// The least margin, rounded down; empty while there is none.
[[nodiscard]] std::string min_log_margin(const Certificate& certificate);
[[nodiscard]] std::string margin_text(const LeastMargin& margin);

/// A certificate as words, to go on from; refused: not written by state_of().
[[nodiscard]] std::map<std::string, std::string> state_of(const Certificate& certificate);
[[nodiscard]] math::Parsed<Certificate> certificate_from(const std::map<std::string, std::string>& state);

}  // namespace robin::search::colossally_abundant
