#pragma once

// Strategy: the seam along which searches are added. It fixes an order of enumeration (positions and their text), where
// blocks may be cut, and examines a run of positions. Immutable: a worker needs only its name and a block, and any
// number of threads may call it. A new strategy is one folder under strategies/ that defines make_<folder>()
// (CONTRIBUTING.md, "Add a strategy"); tests/contract/strategy_contract_test.cpp is the definition of what it promises.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/refusal.hpp"
#include "math/robin.hpp"
#include "search/block.hpp"
#include "search/certificate_check.hpp"
#include "search/certifier.hpp"
#include "search/description.hpp"
#include "search/findings.hpp"
#include "search/known_result.hpp"
#include "search/parameters.hpp"

namespace robin::search {

using core::Parsed;
using core::Refusal;

/// Numbers that a strategy hands from its slices, in order of position, to conclude().
using Tally = std::vector<std::uint64_t>;

/// What a slice yields: its findings and, for DigestKind::Original, its part of the text n,w,n,w,...
struct Slice {
  Findings findings;
  std::string original_text;
  Tally tally;
};

class Strategy {
 public:
  Strategy() = default;
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;
  virtual ~Strategy() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Description description() const = 0;

  /// The first position, and the greatest end a block may have.
  [[nodiscard]] virtual Position first() const = 0;
  [[nodiscard]] virtual Position end_max() const = 0;

  /// The text form of a position, and back: parse(text(p)) == p for first() <= p <= end_max(); every other text is
  /// refused.
  [[nodiscard]] virtual Parsed<Position> parse(std::string_view text) const = 0;
  [[nodiscard]] virtual std::string text(Position position) const = 0;

  /// refuse(), refuse_range(): why a block with these parameters, or of this range, may not be examined; nullopt if it
  /// may. Asked wherever input comes in, so that a range is bounded before anything is computed.
  [[nodiscard]] virtual std::optional<Refusal> refuse(const Parameters& parameters) const = 0;
  [[nodiscard]] virtual std::optional<Refusal> refuse_range(const Block& /*block*/) const { return std::nullopt; }
  [[nodiscard]] virtual uint128 candidates_max(const Parameters& parameters) const = 0;

  /// Where the block that begins at `begin` ends by default; depends only on the two positions and the parameters, so
  /// that a search is cut the same way whatever happens to it. `size` overrides the number of candidates. Never beyond
  /// end_max().
  [[nodiscard]] virtual Position block_end(Position search_begin, Position begin, std::optional<uint128> size,
                                           const Parameters& parameters) const = 0;

  /// Where a slice that begins at `begin` ends; a slice is what one thread examines at once. May lie beyond the block.
  [[nodiscard]] virtual Position slice_end(Position begin, const Parameters& parameters) const = 0;

  /// Examines [begin, end) on the calling thread: pure, deterministic.  Requires first() <= begin < end <= end_max()
  /// and refuse(parameters) == nullopt (asserted).
  [[nodiscard]] virtual Slice examine(const Block& slice, const Parameters& parameters) const = 0;

  /// Called once when all slices of a block (or of the prefix of it that was examined) are appended: `tally` is that of
  /// all slices together. For what cannot be told of a slice without those before it.
  virtual void conclude(const Block& /*block*/, const Parameters& /*parameters*/, const Tally& /*tally*/,
                        Findings& /*findings*/) const {}

  /// What people and programs are shown of the extras of a block, or of those of several blocks as added() makes them.
  [[nodiscard]] virtual Details details(const Parameters& /*parameters*/, const Extras& /*extras*/) const { return {}; }
  /// What the extras of a run of blocks and those of the block after it say together, for details(); empty: nothing.
  [[nodiscard]] virtual Extras added(const Extras& /*run*/, const Extras& /*next*/) const { return {}; }
  /// A sentence to quote once all of this range is examined and nothing was found, without a full stop; empty: none.
  [[nodiscard]] virtual std::string conclusion(const Block& /*examined*/) const { return {}; }

  /// Results that are known from elsewhere, or by two ways: seconds in all.
  [[nodiscard]] virtual std::vector<KnownResult> known_results() const { return {}; }

  /// The name of the format of its certificate files; empty: its blocks prove nothing together.
  [[nodiscard]] virtual std::string_view certificate_format() const { return {}; }

  /// For a strategy whose blocks prove something together: a certifier that goes on from `state`, or begins if that is
  /// empty; nullptr if there is nothing to prove. Refused: `state` is none that it wrote.
  [[nodiscard]] virtual Parsed<std::unique_ptr<Certifier>> certifier(const Extras& /*state*/) const {
    return std::unique_ptr<Certifier>();
  }

  /// Why this block cannot be examined once more from `origin`, the state of the certifier before it, in one line;
  /// nullopt if refine() may be called.
  [[nodiscard]] virtual std::optional<Refusal> refuse_refinement(const Block& /*block*/,
                                                                 const Extras& /*origin*/) const {
    return Refusal{"strategy " + std::string(name()) + " refines no blocks"};
  }

  /// Examines a block that its certifier found to prove too little, as closely as it takes, knowing what came before
  /// it.  Requires refuse_refinement() == nullopt (asserted). One thread.
  [[nodiscard]] virtual Findings refine(const Block& block, const Parameters& parameters, const Extras& origin) const;

  /// Decides from the factors of a number alone whether it violates the inequality that this strategy's results are
  /// about, and encloses its ratio: claims of results are judged by it (claim.hpp). By default the inequality is
  /// Robin's.
  [[nodiscard]] virtual math::Assessment assess(const math::Factorization& number,
                                                const math::PrecisionRange& bits) const {
    return math::assess(number, bits);
  }
  /// Whether the number is known to violate the inequality, and so is no news.
  [[nodiscard]] virtual bool is_known_exception(const math::Factorization& number) const {
    return math::is_known_exception(number);
  }

  /// For a strategy that certifies: a check of the blocks of a certificate, which may hold anything.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): who looks at them keeps them
  [[nodiscard]] virtual std::unique_ptr<CertificateCheck> check(std::vector<CertifiedBlock> /*blocks*/,
                                                                const Parameters& /*parameters*/) const {
    return nullptr;
  }

  /// Whether its candidates are its positions, one each: then position_of() places them, which is all that the two
  /// functions below need.
  [[nodiscard]] virtual bool is_enumeration() const { return false; }
  /// For an enumeration: the position of the number; nullopt if it is none of its candidates.
  [[nodiscard]] virtual std::optional<Position> position_of(const math::Factorization& /*number*/) const {
    return std::nullopt;
  }

  /// Where the part of a block's result that begins at `begin` ends, `begin` being the block's or the end of another
  /// part: what contradiction() computes again at once. nullopt: no part of a result can be looked at alone.  Of an
  /// enumeration: a slice.
  [[nodiscard]] virtual std::optional<Position> part_end(const Block& block, Position begin,
                                                         const Parameters& parameters) const;

  /// Computes one part of a block again and compares what `stored` says of it: one line that says what is missing, has
  /// been added, or is another; empty: nothing. A result of which no part is contradicted has the digest of an honest
  /// one; so a strategy that is no enumeration, or writes extras that are hashed, compares here whatever it writes, and
  /// defines part_end() beside it. Other enumerations need neither: all that the part finds is compared, both ways.
  /// Requires refuse_block(block) == nullopt and a part of it; `stored` may hold anything.  Cost: that of examining the
  /// part.
  [[nodiscard]] virtual std::string contradiction(const Block& block, const Findings& stored, const Block& part,
                                                  const Parameters& parameters) const;

  /// Positions in those parts of a block of which two results say different things; the results may hold anything.
  /// Whoever computes these parts may find out which result is wrong. Empty if the results differ in what belongs to no
  /// part.  For an enumeration: the positions of the numbers that only one of them names; the first position for what
  /// belongs to no part.
  [[nodiscard]] virtual std::vector<Position> where_they_differ(const Block& block, const Findings& one,
                                                                const Findings& other) const;

  /// Whether the digest `exact` covers this entry of the extras that conclude() writes.
  [[nodiscard]] virtual bool is_hashed(std::string_view /*extra*/) const { return true; }

  /// Whether a result carries the greatest ratio over all its candidates.
  [[nodiscard]] virtual bool finds_best() const = 0;
};

/// A table of strategies by name: all that were built in, or those that it is given.
class Strategies {
 public:
  Strategies();
  explicit Strategies(std::vector<std::unique_ptr<const Strategy>> all) : all_(std::move(all)) {}

  /// One more, of another name.
  void add(std::unique_ptr<const Strategy> strategy) { all_.push_back(std::move(strategy)); }

  /// nullptr if there is none of that name.
  [[nodiscard]] const Strategy* find(std::string_view name) const;
  /// "exhaustive, superabundant": for messages.
  [[nodiscard]] std::string names() const;
  [[nodiscard]] const std::vector<std::unique_ptr<const Strategy>>& all() const noexcept { return all_; }

 private:
  std::vector<std::unique_ptr<const Strategy>> all_;
};

/// The parts of the block in which these positions lie; none if it has no parts.  Requires refuse_block(block) ==
/// nullopt.
[[nodiscard]] std::vector<Block> parts_with(const Strategy& strategy, const Block& block,
                                            const std::set<Position>& positions, const Parameters& parameters);

/// One line against the range [begin, end) as a block of this strategy; nullopt if it may be examined.
[[nodiscard]] std::optional<Refusal> refuse_block(const Strategy& strategy, const Block& block,
                                                  const Parameters& parameters);

}  // namespace robin::search
