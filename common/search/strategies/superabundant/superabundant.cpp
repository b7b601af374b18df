// Strategy superabundant: every number whose exponents over 2, 3, 5, ... do not increase, level by level (the level is
// the sum of the exponents); a position is level:index. See README.md beside this file.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "contract.hpp"
#include "math/log_log_floor.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"
#include "search/original_text.hpp"
#include "search/strategies/superabundant/candidate_walk.hpp"
#include "search/strategies/superabundant/partition_table.hpp"
#include "search/strategy.hpp"
#include "search/strategy_table.hpp"

namespace robin::search {
namespace {

constexpr std::uint64_t block_length_min = 1U << 16U;
constexpr std::uint64_t block_length_max = 1U << 27U;
constexpr std::uint64_t slice_length = 1U << 15U;
constexpr std::uint64_t candidates_in_block_max = 1'000'000'000'000;
constexpr std::size_t log_n_max = 8000;  // the product of the first 1000 primes is below e^7808

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

class Superabundant final : public Strategy {
 public:
  Superabundant() : level_begin_(level_max + 2) {
    for (std::uint32_t level = 1; level <= level_max; ++level) {
      level_begin_[level + 1] = level_begin_[level] + table_.count(level);
    }
  }

  [[nodiscard]] std::string_view name() const override { return "superabundant"; }
  [[nodiscard]] Position first() const override { return {0}; }
  [[nodiscard]] Position end_max() const override { return {level_begin_[level_max + 1]}; }
  [[nodiscard]] uint128 candidates_max() const override { return candidates_in_block_max; }
  [[nodiscard]] bool finds_best() const override { return true; }

  [[nodiscard]] Parsed<Position> parse(std::string_view text) const override {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return Refusal{"positions of strategy superabundant are written level:index (such as 60:0)"};
    }
    const auto level_text = math::parse_integer(text.substr(0, colon));
    const auto index_text = math::parse_integer(text.substr(colon + 1));
    const auto* level_number = math::accepted(level_text);
    const auto* index_number = math::accepted(index_text);
    if (level_number == nullptr || index_number == nullptr) {
      return Refusal{math::refusal_reason(level_text) + math::refusal_reason(index_text)};
    }
    if (*level_number == math::Integer(level_max + 1) && *index_number == math::Integer(0)) {
      return end_max();
    }
    if (*level_number < math::Integer(1) || *level_number > math::Integer(level_max)) {
      return Refusal{"levels go from 1 to " + std::to_string(level_max)};
    }
    const auto level = static_cast<std::uint32_t>(level_number->to_uint64());
    const auto index = index_number->to_uint128();
    if (!index || *index >= table_.count(level)) {
      return Refusal{"level " + std::to_string(level) + " has indices 0 to " + decimal(table_.count(level) - 1) +
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
    if (parameters.mode == Mode::Pruned) {
      return Refusal{parameters.digest == DigestKind::Original
                         ? "--digest original looks at every candidate and needs --mode complete"
                         : "strategy superabundant knows only --mode complete in this version"};
    }
    return std::nullopt;
  }

  [[nodiscard]] Position block_end(Position search_begin, Position begin, std::optional<uint128> size) const override {
    const uint128 grown =
        std::clamp((begin.ordinal - search_begin.ordinal) / 4, uint128{block_length_min}, uint128{block_length_max});
    return {begin.ordinal + std::min(size.value_or(grown), end_max().ordinal - begin.ordinal)};
  }

  [[nodiscard]] Position slice_end(Position begin) const override {
    return {(begin.ordinal / slice_length + 1) * slice_length};
  }

  [[nodiscard]] Slice examine(const Block& slice, const Parameters& parameters) const override {
    ROBIN_ASSERT(!refuse_block(*this, slice, parameters), "only a range that may be examined is examined");
    const auto [level, index] = locate(slice.begin);
    const ExponentTable table(locate({slice.end.ordinal - 1}).level);
    CandidateWalk walk(table, table_.unrank(level, index));
    const bool original = parameters.digest == DigestKind::Original;
    DecimalWalk decimals(table);
    Slice result;
    result.findings.candidates = slice.length();
    const double cut = math::kept_ratio_min(parameters.threshold);
    double best = 0;
    for (uint128 rest = slice.length();;) {
      // Kept is what reaches the threshold, violates, or beats the best so far; everything else is clearly below.
      const double bar = std::min(cut, best) * floor_(walk.log_n());
      if (walk.abundancy() * (1 + CandidateWalk::relative_error) >= bar) {
        best = std::max(best, certify(factorization(walk, table), parameters, Best::Kept, result.findings));
      }
      if (original) {
        append_candidate(result.original_text, walk, table, decimals);
      }
      if (--rest == 0) {
        return result;
      }
      walk.advance();
    }
  }

 private:
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

  PartitionTable table_;
  math::LogLogFloor floor_{log_n_max};
  /// level_begin_[L] is the position of L:0; [0] is unused, [level_max + 1] the end.
  std::vector<uint128> level_begin_;
};

}  // namespace

std::unique_ptr<const Strategy> make_superabundant() { return std::make_unique<Superabundant>(); }

}  // namespace robin::search
