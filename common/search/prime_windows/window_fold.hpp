#pragma once

// WindowFold: the certifier of searches over prime windows. It takes the blocks in order, adds their sums up, and keeps
// the least margin and where it may lie; what a block proves, given what came before, is the inequality's own matter
// (judge). Used by one thread.

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "search/certifier.hpp"
#include "search/prime_windows/certificate.hpp"
#include "search/prime_windows/run_sums.hpp"

namespace robin::search::prime_windows {

/// A part of a block, with L and S where it begins, and a lower bound of its margin.
struct MarginPart {
  std::uint64_t begin;
  std::uint64_t end;
  StepSums before;
  LeastMargin margin;
};

/// What judge() says of a block that holds.
struct Judged {
  RunSums run;
  /// Its least margin; nullopt if it met no number at which the inequality is claimed.
  std::optional<LeastMargin> margin;
  /// Its parts, or the block as one part.
  std::vector<MarginPart> parts;
};

class WindowFold : public Certifier {
 public:
  [[nodiscard]] const Certificate& certificate() const noexcept { return certificate_; }
  /// The least margin of the block that was taken last; nullopt if it met no number.
  [[nodiscard]] const std::optional<LeastMargin>& margin_of_last() const noexcept { return margin_of_last_; }

  /// What the block that was taken last says, and its parts, or the block as one part.
  [[nodiscard]] const RunSums& run_of_last() const noexcept { return run_of_last_; }
  [[nodiscard]] const std::vector<MarginPart>& parts_of_last() const noexcept { return parts_of_last_; }

  [[nodiscard]] std::optional<Objection> advance(const Block& block, uint128 candidates, const Extras& extras) override;
  [[nodiscard]] Extras state() const override;
  [[nodiscard]] Proof proof() const override { return proof_of(certificate_, claim()); }

  /// The begin of the window in which the least margin lies (below 2^20 the whole number below its step). It is found
  /// by evaluating the margin itself at every window of the slices that come into question, so it does not depend on
  /// how the search was cut.  Cost: those slices are sieved again; mostly it is one.
  [[nodiscard]] std::optional<Position> least_margin_at() const override;
  [[nodiscard]] std::optional<std::string> contradiction() const override;
  /// As least_margin_at(), with the margin itself there. If that lies below the margin of the certificate, a bound was
  /// above the truth.
  [[nodiscard]] std::optional<LeastMargin> locate_least() const;
  /// The begins of the parts in which the least margin may lie, by their bounds; `least` is what locate_least() found.
  [[nodiscard]] std::vector<std::uint64_t> parts_of_least(const LeastMargin& least) const;

 protected:
  /// Goes on from a certificate; then least_margin_at() looks only at blocks taken here.
  explicit WindowFold(const Certificate& from) : certificate_(from) {}

  /// Judges a block, if L and S before it are those of the certificate.
  [[nodiscard]] virtual std::variant<Judged, Objection> judge(const Block& block, uint128 candidates,
                                                              const Extras& extras,
                                                              const Certificate& before) const = 0;
  /// The margin at a number with these L and S, rounded down.
  [[nodiscard]] virtual int128 margin_at(const StepSums& total) const = 0;
  /// Calls visit(begin of the window, sums of its steps) for the windows of [begin, end).
  using Visit = std::function<void(std::uint64_t begin, const StepSums&)>;
  virtual void walk(std::uint64_t begin, std::uint64_t end, const Visit& visit) const = 0;
  [[nodiscard]] virtual Claim claim() const = 0;

  /// The objection to a block that knows its origin; nullopt if it fits and holds. A block that ends beyond
  /// `claimed_from`, the last step of the first number at which the inequality is claimed, and has any steps, must say
  /// its least margin.
  [[nodiscard]] static std::optional<Objection> object_to_origin(const Block& block, uint128 steps, const RunSums& run,
                                                                 const StepSums& before, std::uint64_t claimed_from,
                                                                 const char* numbers);

 private:
  struct Contender {
    LeastMargin margin;
    std::vector<MarginPart> parts;
  };
  void contend(Contender contender);
  /// The parts of the contenders, the least bound first.
  [[nodiscard]] std::vector<MarginPart> contending_parts() const;
  [[nodiscard]] LeastMargin least_margin_in(const MarginPart& part) const;
  [[nodiscard]] std::optional<LeastMargin> least_of_contenders() const;

  Certificate certificate_;
  std::optional<LeastMargin> margin_of_last_;
  RunSums run_of_last_;
  std::vector<MarginPart> parts_of_last_;
  /// The contenders: blocks whose margins are so small that the least one may lie in them.
  std::vector<Contender> contenders_;
  /// What locate_least() found, kept until the next block, for it computes windows again.
  mutable std::optional<std::optional<LeastMargin>> located_;
};

}  // namespace robin::search::prime_windows
