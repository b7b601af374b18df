#pragma once

// WindowedStrategy: what strategies over prime windows have in common: a position is a number x from 2 to 2^63, a block
// owns the steps in [A, B), primes above 2^20 are summed up by windows, and blocks prove something together. What is
// left to each: what a block says (conclude) and how a slice of it is checked, its certifier, and its words.

#include "search/prime_windows/certificate.hpp"
#include "search/prime_windows/run_sums.hpp"
#include "search/prime_windows/slice_again.hpp"
#include "search/strategy.hpp"

namespace robin::search::prime_windows {

[[nodiscard]] inline std::uint64_t as_x(Position position) { return static_cast<std::uint64_t>(position.ordinal); }

class WindowedStrategy : public Strategy {
 public:
  [[nodiscard]] Position first() const override { return {2}; }
  [[nodiscard]] Position end_max() const override;
  [[nodiscard]] uint128 candidates_max(const Parameters& /*parameters*/) const override { return uint128{1} << 58U; }
  [[nodiscard]] bool finds_best() const override { return false; }

  [[nodiscard]] Parsed<Position> parse(std::string_view text) const override;
  [[nodiscard]] std::string text(Position position) const override;
  [[nodiscard]] std::optional<Refusal> refuse(const Parameters& parameters) const override;
  [[nodiscard]] std::optional<Refusal> refuse_range(const Block& block) const override;
  [[nodiscard]] Position block_end(Position search_begin, Position begin, std::optional<uint128> size,
                                   const Parameters& parameters) const override;
  [[nodiscard]] Position slice_end(Position begin, const Parameters& parameters) const override;

  /// Sums up the primes; below 2^20 conclude() walks step by step.
  [[nodiscard]] Slice examine(const Block& slice, const Parameters& parameters) const override;

  [[nodiscard]] Parsed<std::unique_ptr<Certifier>> certifier(const Extras& state) const final;
  [[nodiscard]] std::optional<Refusal> refuse_refinement(const Block& block, const Extras& origin) const override;

  /// Part of a block: one of the slices that it speaks of if it begins at 2^20 or above, else the whole block, which is
  /// short.
  [[nodiscard]] std::optional<Position> part_end(const Block& block, Position begin,
                                                 const Parameters& parameters) const final;
  [[nodiscard]] std::vector<Position> where_they_differ(const Block& block, const Findings& one,
                                                        const Findings& other) const override;
  [[nodiscard]] std::string contradiction(const Block& block, const Findings& stored, const Block& part,
                                          const Parameters& parameters) const final;
  /// Computes again a block that begins at 2^20 or above and says `extras`; refused if these cannot be read.
  [[nodiscard]] virtual Parsed<std::unique_ptr<SliceAgain>> slices_again(const Block& block, const Extras& extras,
                                                                         const Parameters& parameters) const = 0;

  [[nodiscard]] Details details(const Parameters& parameters, const Extras& extras) const override;
  [[nodiscard]] Extras added(const Extras& run, const Extras& next) const override;

 private:
  /// A certifier that goes on from `certificate`.
  [[nodiscard]] virtual std::unique_ptr<Certifier> fold_from(const Certificate& certificate) const = 0;
};

}  // namespace robin::search::prime_windows
