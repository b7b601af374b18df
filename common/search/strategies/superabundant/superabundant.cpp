// Strategy superabundant: every number whose exponents over 2, 3, 5, ... do not increase, level by level (the level is
// the sum of the exponents); a position is level:index. See README.md beside this file.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <stdexcept>

#include "core/contract.hpp"
#include "math/log_log_floor.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"
#include "search/examine.hpp"
#include "search/original_text.hpp"
#include "search/strategies/superabundant/benefit_table.hpp"
#include "search/strategies/superabundant/candidate_walk.hpp"
#include "search/strategies/superabundant/partition_table.hpp"
#include "search/strategies/superabundant/pruned_walk.hpp"
#include "search/strategies/superabundant/superabundant_numbers.hpp"
#include "search/strategy.hpp"
#include "search/strategy_table.hpp"

namespace robin::search {
namespace {

constexpr std::uint64_t block_length_min = 1U << 16U;
constexpr std::uint64_t block_length_max = 1U << 27U;
constexpr std::uint64_t slice_length = 1U << 15U;
constexpr std::uint64_t candidates_in_block_max = 1'000'000'000'000;
constexpr std::size_t kept_in_slice_max = 1'000'000;
/// Below it every candidate is looked at in every mode: there are few, and the known exceptions are among them.
constexpr std::uint32_t pruned_level_min = 17;
static_assert(pruned_level_min >= PrunedWalk::level_min);
constexpr std::size_t log_n_max = 8000;  // the product of the first 1000 primes is below e^7808

/// Made once it is needed: it takes some 25 ms, and every command knows the strategy.
const math::LogLogFloor& log_log_floor() {
  static const math::LogLogFloor floor(log_n_max);
  return floor;
}

std::string decimal(uint128 value) { return math::Integer::from_uint128(value).to_decimal(); }

struct LevelIndex {
  std::uint32_t level;
  uint128 index;
};

/// n in decimal digits, kept as a product over each prefix of the parts so that a step multiplies once or twice.
class DecimalWalk {
 public:
  explicit DecimalWalk(const ExponentTable& table)
      : table_(table), prefix_{math::Integer(1)}, primorial_{math::Integer(1)} {
    for (const std::uint64_t prime : table.primes()) {
      primorial_.push_back(primorial_.back() * math::Integer(prime));
    }
  }

  void append(std::string& text, const CandidateWalk& walk, std::size_t unchanged) {
    const auto& large = walk.large_parts();
    prefix_.resize(std::min(unchanged, prefix_.size() - 1) + 1);
    while (prefix_.size() <= large.size()) {
      const std::size_t i = prefix_.size() - 1;
      prefix_.push_back(prefix_.back() * math::Integer::power(table_.primes()[i], large[i]));
    }
    math::Integer n = primorial_[large.size() + walk.ones()].divided_exactly_by(primorial_[large.size()]);
    text += (n *= prefix_.back()).to_decimal();
  }

 private:
  const ExponentTable& table_;
  std::vector<math::Integer> prefix_;
  std::vector<math::Integer> primorial_;
};

/// Tables of exponents, each made once when it is first asked for; for any thread.
class ExponentTables {
 public:
  /// One that covers the level.
  [[nodiscard]] const ExponentTable& covering(std::uint32_t level) const {
    const auto* const at = std::lower_bound(levels.begin(), levels.end(), level);
    ROBIN_ASSERT(at != levels.end(), "the greatest table covers every level");
    const auto which = static_cast<std::size_t>(at - levels.begin());
    std::call_once(made_[which], [&] { tables_[which] = std::make_unique<const ExponentTable>(*at); });
    return *tables_[which];
  }

 private:
  static constexpr std::array<std::uint32_t, 5> levels = {64, 128, 256, 512, level_max + superabundant_margin};
  mutable std::array<std::once_flag, levels.size()> made_;
  mutable std::array<std::unique_ptr<const ExponentTable>, levels.size()> tables_;
};

/// The superabundant numbers by way of each table of exponents; for any thread.
class NumbersOfTables {
 public:
  [[nodiscard]] const SuperabundantNumbers& over(const ExponentTable& table) const {
    const std::scoped_lock lock(mutex_);
    auto& numbers = numbers_[table.level()];
    if (!numbers) {
      numbers = std::make_unique<const SuperabundantNumbers>(table);
    }
    return *numbers;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, std::unique_ptr<const SuperabundantNumbers>> numbers_;
};

/// The tables of benefits asked for last, one for each level; for any thread.
class BenefitTables {
 public:
  [[nodiscard]] std::shared_ptr<const BenefitTable> of_level(const ExponentTable& table, std::uint32_t level) const {
    const std::scoped_lock lock(mutex_);
    if (const auto known = tables_.find(level); known != tables_.end()) {
      return known->second;
    }
    if (tables_.size() == kept_max) {
      // Searches go upwards.
      tables_.erase(tables_.begin());
    }
    return tables_[level] = std::make_shared<const BenefitTable>(table, level);
  }

 private:
  static constexpr std::size_t kept_max = 8;
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, std::shared_ptr<const BenefitTable>> tables_;
};

class Superabundant final : public Strategy {
 public:
  Superabundant() : level_begin_(level_max + 2) {
    const std::vector<uint128> counts = partition_counts();
    for (std::uint32_t level = 1; level <= level_max; ++level) {
      level_begin_[level + 1] = level_begin_[level] + counts[level];
    }
  }

  [[nodiscard]] std::string_view name() const override { return "superabundant"; }
  [[nodiscard]] Position first() const override { return {0}; }
  [[nodiscard]] Position end_max() const override { return {level_begin_[level_max + 1]}; }
  [[nodiscard]] uint128 candidates_max(const Parameters& parameters) const override {
    // Elsewhere the cost follows what is kept.
    return parameters.mode == Mode::Complete ? candidates_in_block_max : end_max().ordinal;
  }
  [[nodiscard]] bool finds_best() const override { return true; }
  [[nodiscard]] bool is_enumeration() const override { return true; }
  [[nodiscard]] std::optional<Position> position_of(const math::Factorization& number) const override {
    std::uint64_t level = 0;
    for (const auto& run : number.runs()) {
      if (run.count > level_max || (level += run.count * run.exponent) > level_max) {
        return std::nullopt;
      }
    }
    // Every prime from 2 on, to exponents that do not increase; within a run both is so.
    const auto& primes = exponents_.covering(static_cast<std::uint32_t>(level)).primes();
    Partition partition;
    for (const auto& run : number.runs()) {
      if (run.first != math::Integer(primes[partition.size()]) ||
          (!partition.empty() && partition.back() < run.exponent)) {
        return std::nullopt;
      }
      partition.insert(partition.end(), run.count, run.exponent);
    }
    return Position{level_begin_[level] + partitions().rank(partition)};
  }

  [[nodiscard]] Description description() const override {
    return {"every exponent pattern", "Robin's inequality", "61:0", Plot::Witnesses};
  }

  [[nodiscard]] std::vector<KnownResult> known_results() const override {
    return {{"superabundant numbers up to level 60, as many as are published below 10^30",
             [this] {
               std::size_t count = 2;  // 1, and 2, which is no witness
               for (const auto& witness : examine_known(*this, "1:0", "60:0", Mode::Exact).findings.witnesses) {
                 const auto n = math::Factorization::parse(witness.factorization);
                 const auto value = core::accepted(n)->value(1000);
                 count += value && *value <= math::Integer::power(10, 30) ? 1U : 0U;
               }
               return difference(std::to_string(count), "191");
             }},
            {"the pruned search finds what the complete one finds on level 55",
             [this] {
               const auto digest = [this](Mode mode) {
                 return examine_known(*this, "55:0", "56:0", mode, DigestKind::Exact, "1.75").digest;
               };
               return difference(digest(Mode::Pruned), digest(Mode::Complete));
             }},
            {"digest of levels 10 to 12",
             [this] {
               return difference(examine_known(*this, "10:0", "13:0", Mode::Complete, DigestKind::Original).digest,
                                 "3f5b5d2ee9ed329b121692bd38e3d708d8dee6c14b10dbbdf5deb842ac174873");
             }},
            {"digest of level 20", [this] {
               return difference(examine_known(*this, "20:0", "21:0", Mode::Complete, DigestKind::Original).digest,
                                 "b9ca052bd265a2bb8a9a9989e8bdf5a776ffb253efa9ea7b2b8a7e337061475e");
             }}};
  }

  [[nodiscard]] Parsed<Position> parse(std::string_view text) const override {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return Refusal{"positions of strategy superabundant are written level:index (such as 60:0)"};
    }
    const auto level_text = math::parse_integer(text.substr(0, colon));
    const auto index_text = math::parse_integer(text.substr(colon + 1));
    const auto* level_number = core::accepted(level_text);
    const auto* index_number = core::accepted(index_text);
    if (level_number == nullptr || index_number == nullptr) {
      return Refusal{core::refusal_reason(level_number == nullptr ? level_text : index_text)};
    }
    if (*level_number == math::Integer(level_max + 1) && *index_number == math::Integer(0)) {
      return end_max();
    }
    if (*level_number < math::Integer(1) || *level_number > math::Integer(level_max)) {
      return Refusal{"levels go from 1 to " + std::to_string(level_max)};
    }
    const auto level = static_cast<std::uint32_t>(level_number->to_uint64());
    const auto index = index_number->to_uint128();
    const uint128 length = level_begin_[level + 1] - level_begin_[level];
    if (!index || *index >= length) {
      return Refusal{"level " + std::to_string(level) + " has indices 0 to " + decimal(length - 1) +
                     "; the next position is " + std::to_string(level + 1) + ":0"};
    }
    return Position{level_begin_[level] + *index};
  }

  [[nodiscard]] std::string text(Position position) const override {
    if (position == end_max()) {
      return std::to_string(level_max + 1) + ":0";
    }
    const auto [level, index] = locate(position);
    return std::to_string(level) + ":" + decimal(index);
  }

  [[nodiscard]] std::optional<Refusal> refuse(const Parameters& parameters) const override {
    if (parameters.mode == Mode::Complete) {
      return std::nullopt;
    }
    if (parameters.digest == DigestKind::Original) {
      return Refusal{"--digest original looks at every candidate and needs --mode complete"};
    }
    if (!(math::kept_ratio_min(parameters.threshold) > 0)) {
      return Refusal{"--mode " + std::string(search::text(parameters.mode)) + " needs a threshold above 0"};
    }
    return std::nullopt;
  }

  [[nodiscard]] Position block_end(Position search_begin, Position begin, std::optional<uint128> size,
                                   const Parameters& parameters) const override {
    if (!size && parameters.mode != Mode::Complete) {
      return end_of_group(begin, parameters, 0);
    }
    const uint128 grown =
        std::clamp((begin.ordinal - search_begin.ordinal) / 4, uint128{block_length_min}, uint128{block_length_max});
    return {begin.ordinal + std::min(size.value_or(grown), end_max().ordinal - begin.ordinal)};
  }

  [[nodiscard]] Position slice_end(Position begin, const Parameters& parameters) const override {
    return parameters.mode == Mode::Complete ? Position{(begin.ordinal / slice_length + 1) * slice_length}
                                             : end_of_group(begin, parameters, 2);
  }

  [[nodiscard]] Slice examine(const Block& slice, const Parameters& parameters) const override {
    ROBIN_ASSERT(!refuse_block(*this, slice, parameters), "only a range that may be examined is examined");
    if (parameters.mode == Mode::Complete) {
      return examine_all(slice, parameters);
    }
    Slice result;
    for (Position at = slice.begin; at < slice.end;) {
      const auto [level, index] = locate(at);
      const Position end = std::min(slice.end, Position{level_begin_[level + 1]});
      examine_in_level(level, {at, end}, parameters, result.findings);
      at = end;
    }
    result.findings.candidates = slice.length();
    return result;
  }

 private:
  [[nodiscard]] Slice examine_all(const Block& slice, const Parameters& parameters) const {
    const auto [level, index] = locate(slice.begin);
    const ExponentTable& table = exponents_.covering(locate({slice.end.ordinal - 1}).level);
    CandidateWalk walk(table, partitions().unrank(level, index));
    const bool original = parameters.digest == DigestKind::Original;
    DecimalWalk decimals(table);
    Slice result;
    result.findings.candidates = slice.length();
    const double cut = math::kept_ratio_min(parameters.threshold);
    const math::LogLogFloor& floor_at = log_log_floor();
    BestSoFar best;
    for (uint128 rest = slice.length();;) {
      // Kept is what reaches the threshold, violates, or may be the best; everything else is clearly below.
      const double floor = floor_at(walk.log_n());
      const double most = walk.abundancy() * (1 + CandidateWalk::relative_error);
      if (most >= cut * floor) {
        best.raise(certify(factorization(walk, table), parameters, Best::Kept, result.findings));
      } else if (most >= best.least() * floor) {
        best.add(walk, floor);
      }
      if (original) {
        append_candidate(result.original_text, walk, table, decimals);
      }
      if (--rest == 0) {
        break;
      }
      walk.advance();
    }
    for (const Partition& partition : best.contenders()) {
      certify(math::Factorization::from_exponents(partition, table.primes()), parameters, Best::Kept, result.findings);
    }
    return result;
  }

  /// Those of the candidates below the threshold of which one may have the greatest ratio: told by doubles, and
  /// certified only when all have been seen. Each new best alone would cost hundreds of times what a candidate does.
  class BestSoFar {
   public:
    /// The greatest ratio is at least that.
    [[nodiscard]] double least() const { return least_; }
    void raise(double least) { least_ = std::max(least_, least); }
    /// A candidate, and the floor of its log log n.
    void add(const CandidateWalk& walk, double floor) {
      // A chord lies at most 1/(8 j^2) below log between j and j + 1, and the floor 2^-37 below that; e is the error of
      // the walk and more than that of these operations.
      constexpr double e = CandidateWalk::relative_error;
      const double j = walk.log_n() - 1;
      raise(walk.abundancy() * (1 - 4 * e) / (floor + 1 / (8 * j * j) + 0x1p-36));
      std::erase_if(contenders_, [this](const auto& contender) { return contender.first < least_; });
      contenders_.emplace_back(walk.abundancy() * (1 + 4 * e) / floor, walk.partition());
    }
    /// In the order in which they were added.
    [[nodiscard]] std::vector<Partition> contenders() const {
      std::vector<Partition> all;
      for (const auto& [most, partition] : contenders_) {
        if (most >= least_) {
          all.push_back(partition);
        }
      }
      return all;
    }

   private:
    double least_ = 0;
    std::vector<std::pair<double, Partition>> contenders_;
  };

  /// A part of one level, in the modes that do not look at every candidate.
  void examine_in_level(std::uint32_t level, const Block& part, const Parameters& parameters,
                        Findings& findings) const {
    const std::uint32_t table_level = level + (parameters.mode == Mode::Exact ? superabundant_margin : 0);
    const ExponentTable& table = exponents_.covering(table_level);
    const auto keep = [&](const Partition& partition) {
      const std::size_t before = findings.witnesses.size();
      certify(math::Factorization::from_exponents(partition, table.primes()), parameters, Best::Ignored, findings);
      if (findings.witnesses.size() > before) {
        keep_best(findings.best, findings.witnesses.back());
      }
      if (findings.witnesses.size() + findings.undecided.size() > kept_in_slice_max) {
        throw std::length_error("the block keeps too many witnesses: raise the threshold or make blocks smaller");
      }
    };
    if (parameters.mode == Mode::Exact) {
      std::vector<uint128> indices;
      for (const Partition& partition : numbers_.over(table).of_level(level)) {
        const Position at{level_begin_[level] + partitions().rank(partition)};
        if (part.begin <= at && at < part.end) {
          indices.push_back(at.ordinal - level_begin_[level]);
        }
      }
      std::sort(indices.begin(), indices.end());
      for (const uint128 index : indices) {
        keep(partitions().unrank(level, index));
      }
      return;
    }
    const double cut = math::kept_ratio_min(parameters.threshold);
    const Partition from = partitions().unrank(level, part.begin.ordinal - level_begin_[level]);
    if (level < pruned_level_min) {
      CandidateWalk walk(table, from);
      for (uint128 rest = part.length(); rest > 0; --rest) {
        if (walk.abundancy() * (1 + CandidateWalk::relative_error) >= cut * log_log_floor()(walk.log_n())) {
          keep(walk.partition());
        }
        if (rest > 1) {
          walk.advance();
        }
      }
      return;
    }
    const std::optional<Partition> to =
        part.end.ordinal < level_begin_[level + 1]
            ? std::optional(partitions().unrank(level, part.end.ordinal - level_begin_[level]))
            : std::nullopt;
    const auto benefits = benefits_.of_level(table, level);
    PrunedWalk(table, *benefits, cut).walk(from, to, keep);
  }

  /// Where a block (of slices: `finer` = 2) that begins at `begin` ends when candidates are not counted: at the end of
  /// the level, or of the next partitions with the same first parts that may hold a witness.
  [[nodiscard]] Position end_of_group(Position begin, const Parameters& parameters, std::size_t finer) const {
    const auto [level, index] = locate(begin);
    const Position level_end{level_begin_[level + 1]};
    // Up to there a level is done in about a second.
    const std::size_t depth = finer + (level <= 250 ? 0U : 1U);
    if (depth == 0 || level < pruned_level_min || parameters.mode == Mode::Exact) {
      return level_end;
    }
    const ExponentTable& table = exponents_.covering(level);
    const auto benefits = benefits_.of_level(table, level);
    // Looking some parts further sees where nothing is left.
    auto last = PrunedWalk(table, *benefits, math::kept_ratio_min(parameters.threshold))
                    .next_group(partitions().unrank(level, index), depth + 6);
    if (!last) {
      return level_end;
    }
    last->resize(std::min(depth, last->size()));
    const std::uint32_t rest = level - std::accumulate(last->begin(), last->end(), 0U);
    last->insert(last->end(), rest, 1);
    return {level_begin_[level] + partitions().rank(*last) + 1};
  }

  [[nodiscard]] LevelIndex locate(Position position) const {
    ROBIN_ASSERT(position < end_max(), "the position is a candidate");
    const auto above = std::upper_bound(level_begin_.begin() + 1, level_begin_.end(), position.ordinal);
    const auto level = static_cast<std::uint32_t>(above - level_begin_.begin() - 1);
    return {level, position.ordinal - level_begin_[level]};
  }

  static math::Factorization factorization(const CandidateWalk& walk, const ExponentTable& table) {
    return math::Factorization::from_exponents(walk.partition(), table.primes());
  }

  static void append_candidate(std::string& text, const CandidateWalk& walk, const ExponentTable& table,
                               DecimalWalk& decimals) {
    text += text.empty() ? "" : ",";
    decimals.append(text, walk, walk.unchanged());
    append_ratio(text, walk.abundancy() / std::log(walk.log_n()), [&] { return factorization(walk, table); });
  }

  /// Made when it is first asked for: most processes know this strategy and never search by it.
  [[nodiscard]] const PartitionTable& partitions() const {
    std::call_once(partitions_made_, [this] { partitions_ = std::make_unique<const PartitionTable>(); });
    return *partitions_;
  }

  mutable std::once_flag partitions_made_;
  mutable std::unique_ptr<const PartitionTable> partitions_;
  ExponentTables exponents_;
  NumbersOfTables numbers_;
  BenefitTables benefits_;
  /// level_begin_[L] is the position of L:0; [0] is unused, [level_max + 1] the end.
  std::vector<uint128> level_begin_;
};

}  // namespace

std::unique_ptr<const Strategy> make_superabundant() { return std::make_unique<Superabundant>(); }

}  // namespace robin::search
