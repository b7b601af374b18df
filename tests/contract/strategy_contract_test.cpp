// What every strategy promises. The suite runs over the whole table: a new strategy is picked up by itself, and fails
// until contract/strategy_reference.cpp can enumerate it from its definition (if it looks at one candidate for each
// position) and its folder holds a golden.txt.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "contract/strategy_reference.hpp"
#include "search/examine.hpp"
#include "search/sha256.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"
#include "support/wrapped_strategy.hpp"

namespace robin::search {
namespace {

using testing_support::parameters;
using testing_support::Random;
using testing_support::required;
using testing_support::rounds;

const Strategies& strategies() {
  static const Strategies all;
  return all;
}

std::vector<std::string> strategy_names() {
  std::vector<std::string> names;
  for (const auto& strategy : strategies().all()) {
    names.emplace_back(strategy->name());
  }
  return names;
}

/// Those that look at one candidate for each position: only they can hash every candidate.
std::vector<std::string> enumeration_names() {
  std::vector<std::string> names = strategy_names();
  std::erase_if(names, [](const std::string& name) {
    return strategies().find(name)->refuse(parameters("1.767", DigestKind::Original)).has_value();
  });
  return names;
}

class StrategyContract : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] const Strategy& strategy() const { return *strategies().find(GetParam()); }

  /// A position anywhere, most often far out, at times near the beginning.
  [[nodiscard]] Position random_position() {
    const uint128 span = strategy().end_max().ordinal - strategy().first().ordinal;
    const auto shift = static_cast<unsigned>(random_.between(0, 100));
    return {strategy().first().ordinal + random_.below(std::max<uint128>(span >> shift, 1))};
  }

  /// A block of up to `length_max` positions near the beginning, where the exceptions and most witnesses lie.
  [[nodiscard]] Block random_block(std::uint64_t begin_max, std::uint64_t length_max) {
    const Position begin{strategy().first().ordinal + random_.between(0, begin_max)};
    return {begin, {begin.ordinal + random_.between(1, length_max)}};
  }

  Random random_;
  testing::ScopedTrace trace_{__FILE__, __LINE__, random_.seed()};
};

class EnumerationContract : public StrategyContract {};

TEST_P(StrategyContract, PositionsRoundTripAsText) {
  for (std::uint64_t i = 0; i < rounds(1000); ++i) {
    const Position position = random_position();
    EXPECT_EQ(required(strategy().parse(strategy().text(position))), position);
  }
  for (const Position position : {strategy().first(), strategy().end_max()}) {
    EXPECT_EQ(required(strategy().parse(strategy().text(position))), position);
  }
}

TEST_P(StrategyContract, WhatIsNoPositionIsRefusedInOneLine) {
  for (const char* text : {"",     "0",     "1",  "-5",     "12abc",  "abc",      "1:99",
                           ":",    "1:",    ":1", "0:0",    "1e400",  "2^63+1",   "9223372036854775809",
                           "1:-1", "5:5:5", " 7", "1001:1", "1002:0", "60:966467"}) {
    const auto parsed = strategy().parse(text);
    EXPECT_EQ(core::accepted(parsed), nullptr) << text;
    EXPECT_FALSE(core::refusal_reason(parsed).empty()) << text;
    EXPECT_EQ(core::refusal_reason(parsed).find('\n'), std::string::npos) << text;
  }
}

TEST_P(StrategyContract, BlocksTileTheSearchWithoutGapOrOverlap) {
  for (std::uint64_t round = 0; round < rounds(20); ++round) {
    const Position search_begin = random_position();
    Position begin = search_begin;
    const auto size = round % 2 == 0 ? std::nullopt : std::optional<uint128>(random_.between(1, 1'000'000));
    for (int i = 0; i < 100 && begin < strategy().end_max(); ++i) {
      const Position end = strategy().block_end(search_begin, begin, size, parameters());
      ASSERT_LT(begin, end);
      ASSERT_LE(end, strategy().end_max());
      ASSERT_LE(end.ordinal - begin.ordinal, strategy().candidates_max(parameters()));
      ASSERT_EQ(strategy().block_end(search_begin, begin, size, parameters()), end)
          << "cuts must not depend on anything else";
      ASSERT_LT(begin, strategy().slice_end(begin, parameters()));
      begin = end;
    }
  }
}

TEST_P(EnumerationContract, FindingsDoNotDependOnHowABlockIsSplit) {
  for (std::uint64_t round = 0; round < rounds(10); ++round) {
    const Block whole = random_block(100'000, testing_support::extent(150'000U, 50'000U));
    const auto asked = parameters(round % 2 == 0 ? "1.7" : "1.767", DigestKind::Original);
    Slice all = strategy().examine(whole, asked);
    Slice assembled;
    for (Position begin = whole.begin; begin < whole.end;) {
      const Position end{
          std::min(whole.end.ordinal, begin.ordinal + random_.between(1, testing_support::extent(60'000U, 20'000U)))};
      Slice part = strategy().examine({begin, end}, asked);
      append(assembled.findings, std::move(part.findings));
      assembled.original_text += (assembled.original_text.empty() ? "" : ",") + part.original_text;
      begin = end;
    }
    EXPECT_EQ(assembled.findings, all.findings);
    EXPECT_EQ(assembled.original_text, all.original_text);
  }
}

TEST_P(StrategyContract, ResultsDoNotDependOnTheNumberOfThreads) {
  for (const DigestKind kind : {DigestKind::Exact, DigestKind::Original}) {
    const Block whole = random_block(50'000, testing_support::extent(400'000U, 60'000U));
    if (strategy().refuse(parameters("1.7", kind))) {
      continue;
    }
    const auto one = examine(strategy(), whole, parameters("1.7", kind), {1, {}});
    for (const unsigned threads : {2U, 3U, 8U}) {
      EXPECT_EQ(examine(strategy(), whole, parameters("1.7", kind), {threads, {}}), one) << threads;
    }
  }
}

/// Requests a stop during the n-th slice.
class StopsDuringSlice final : public testing_support::WrappedStrategy {
 public:
  StopsDuringSlice(const Strategy& wrapped, std::stop_source source, int slices)
      : WrappedStrategy(wrapped), source_(std::move(source)), slices_left_(slices) {}
  [[nodiscard]] Slice examine(const Block& slice, const Parameters& asked) const override {
    if (--slices_left_ == 0) {
      source_.request_stop();
    }
    return WrappedStrategy::examine(slice, asked);
  }

 private:
  mutable std::stop_source source_;
  mutable std::atomic<int> slices_left_;
};

TEST_P(EnumerationContract, AStoppedBlockYieldsAPrefixThatTheRestCompletes) {
  const Block whole{strategy().first(), {strategy().first().ordinal + testing_support::extent(400'000U, 120'000U)}};
  const auto all = search::examine(strategy(), whole, parameters("1.7"), {});
  for (const unsigned threads : {1U, 2U}) {
    const std::stop_source source;
    const StopsDuringSlice stopping(strategy(), source, 3);
    auto prefix = search::examine(stopping, whole, parameters("1.7"), {threads, source.get_token()});
    EXPECT_EQ(prefix.block.begin, whole.begin);
    EXPECT_LT(whole.begin, prefix.block.end);
    EXPECT_LT(prefix.block.end, whole.end);
    auto rest = search::examine(strategy(), {prefix.block.end, whole.end}, parameters("1.7"), {threads, {}});
    append(prefix.findings, std::move(rest.findings));
    prefix.findings.extras = all.findings.extras;  // of the two parts each has its own
    EXPECT_EQ(prefix.findings, all.findings);
  }
}

TEST_P(EnumerationContract, AgreesWithBruteForceNearTheBeginning) {
  const std::uint64_t count = rounds(6000);
  const Block whole{strategy().first(), {strategy().first().ordinal + count}};
  for (const char* threshold : {"1.5", "1.767", "1.79"}) {
    const auto result = examine(strategy(), whole, parameters(threshold), {});
    EXPECT_EQ(result.findings.candidates, count);
    std::vector<mpz_class> violations;
    std::vector<mpz_class> witnesses;
    for (const auto& n : testing_support::reference_candidates(GetParam(), strategy().text(whole.begin), count)) {
      if (testing_support::reference_verdict(n) == testing_support::ReferenceVerdict::Violates) {
        violations.push_back(testing_support::reference_value(n));
      }
      if (testing_support::reference_reaches(n, threshold)) {
        witnesses.push_back(testing_support::reference_value(n));
      }
    }
    const auto values = [](const std::vector<Witness>& list) {
      std::vector<mpz_class> all;
      for (const auto& witness : list) {
        const auto n = required(math::Factorization::parse(witness.factorization)).value(10'000);
        all.emplace_back(n->to_decimal());
      }
      return all;
    };
    EXPECT_EQ(values(result.findings.violations), violations);
    EXPECT_EQ(values(result.findings.witnesses), witnesses);
    EXPECT_TRUE(result.findings.undecided.empty());
  }
}

TEST_P(EnumerationContract, OriginalDigestAgreesWithTwoIndependentComputations) {
  for (std::uint64_t round = 0; round < rounds(12); ++round) {
    const Block whole = random_block(1'000'000, 1500);
    const auto result = examine(strategy(), whole, parameters("1.767", DigestKind::Original), {2, {}});
    const auto candidates = testing_support::reference_candidates(GetParam(), strategy().text(whole.begin),
                                                                  static_cast<std::uint64_t>(whole.length()));
    EXPECT_EQ(result.digest, Sha256::hex_of(testing_support::reference_original_text_gmp(candidates)));
    EXPECT_EQ(result.digest, Sha256::hex_of(testing_support::reference_original_text_arb(candidates)));
  }
}

/// Blocks of a search from the beginning on, with their results.
struct Examined {
  Parameters asked;
  Block block;
  Findings findings;
};
std::vector<Examined> examine_blocks(const Strategy& strategy) {
  std::vector<Examined> all;
  for (const Mode mode : {Mode::Complete, Mode::Pruned, Mode::Exact}) {
    const auto asked = parameters("1.7", DigestKind::Exact, mode);
    if (strategy.refuse(asked)) {
      continue;
    }
    Position begin = strategy.first();
    for (int i = 0; i < 2; ++i) {
      const Position end =
          strategy.block_end(strategy.first(), begin, testing_support::extent(300'000U, 70'000U), asked);
      all.push_back({asked, {begin, end}, examine(strategy, {begin, end}, asked, {}).findings});
      begin = end;
    }
  }
  return all;
}
const std::vector<Examined>& examined_blocks(const Strategy& strategy) {
  static std::map<std::string_view, std::vector<Examined>> all;
  auto& blocks = all[strategy.name()];
  if (blocks.empty()) {
    blocks = examine_blocks(strategy);
  }
  return blocks;
}

std::vector<Block> parts_of(const Strategy& strategy, const Examined& one) {
  std::vector<Block> parts;
  for (Position begin = one.block.begin; begin < one.block.end;) {
    const auto end = strategy.part_end(one.block, begin, one.asked);
    if (!end || !(begin < *end)) {
      ADD_FAILURE() << "no part begins at " << strategy.text(begin);
      return parts;
    }
    parts.push_back({begin, *end});
    begin = *end;
  }
  EXPECT_EQ(parts.back().end, one.block.end);
  return parts;
}

/// What the first part that is contradicted is contradicted by.
std::string first_contradiction(const Strategy& strategy, const Examined& one, const Findings& stored) {
  for (const Block& part : parts_of(strategy, one)) {
    if (auto what = strategy.contradiction(one.block, stored, part, one.asked); !what.empty()) {
      return what;
    }
  }
  return {};
}

TEST_P(StrategyContract, NoPartOfAnHonestResultIsContradicted) {
  for (const Examined& one : examined_blocks(strategy())) {
    EXPECT_EQ(first_contradiction(strategy(), one, one.findings), "") << strategy().text(one.block.begin);
  }
}

/// Whatever may be changed of a result so that it has another digest.
struct Change {
  std::string what;
  std::function<void(Findings&)> make;
};
std::vector<Change> changes_of(const Strategy& strategy, const Findings& honest, Random& random) {
  std::vector<Change> all = {{"one candidate more", [](Findings& one) { one.candidates += 1; }},
                             {"a foreign extra", [](Findings& one) { one.extras["foreign"] = "1"; }}};
  for (const auto list : {&Findings::violations, &Findings::witnesses, &Findings::undecided}) {
    const std::size_t size = (honest.*list).size();
    const auto place = static_cast<std::ptrdiff_t>(random.between(0, size));
    for (const char* number : {"2^4*3^2*5*11", "2", "7^77", "none", ""}) {
      const Witness more{number, "1.9", "1.9"};
      all.push_back({std::string("one more, ") + number,
                     [=](Findings& one) { (one.*list).insert((one.*list).begin() + place, more); }});
    }
    if (size > 0) {
      const auto at = static_cast<std::ptrdiff_t>(random.between(0, size - 1));
      all.push_back({"one is missing", [=](Findings& one) { (one.*list).erase((one.*list).begin() + at); }});
      all.push_back({"none is there", [=](Findings& one) { (one.*list).clear(); }});
      all.push_back({"one comes twice", [=](Findings& one) {
                       const Witness twice = (one.*list)[static_cast<std::size_t>(at)];
                       (one.*list).insert((one.*list).begin() + at, twice);
                     }});
    }
    if (size > 1) {
      all.push_back(
          {"two have changed places", [=](Findings& one) { std::swap((one.*list).front(), (one.*list).back()); }});
      all.push_back({"backwards", [=](Findings& one) { std::reverse((one.*list).begin(), (one.*list).end()); }});
    }
  }
  for (const auto& [key, value] : honest.extras) {
    if (strategy.is_hashed(key) && !value.empty()) {
      const std::size_t at = random.between(0, value.size() - 1);
      all.push_back({key + " has another character at " + std::to_string(at), [=, key = key](Findings& one) {
                       char& c = one.extras[key][at];
                       c = c == '1' ? '2' : '1';
                     }});
      all.push_back({key + " is missing", [key = key](Findings& one) { one.extras.erase(key); }});
    }
  }
  std::shuffle(all.begin(), all.end(), std::mt19937_64(random.between(0, UINT64_MAX)));
  return all;
}

TEST_P(StrategyContract, WhatIsHashedAndChangedContradictsSomePart) {
  for (const Examined& one : examined_blocks(strategy())) {
    std::vector<Change> changes = changes_of(strategy(), one.findings, random_);
    changes.resize(std::min<std::size_t>(changes.size(), testing_support::extent(100U, 4U)));
    for (const Change& change : changes) {
      SCOPED_TRACE(change.what + " in the block at " + strategy().text(one.block.begin));
      Findings changed = one.findings;
      change.make(changed);
      EXPECT_NE(exact_digest(strategy(), one.block, changed), exact_digest(strategy(), one.block, one.findings));
      EXPECT_NE(first_contradiction(strategy(), one, changed), "");
    }
  }
}

TEST_P(StrategyContract, WhereResultsDifferSomePartTells) {
  // Of what a part cannot tell nothing is said here: such a block is computed whole.
  const std::set<std::string> always_told = {"one candidate more", "a foreign extra", "one is missing"};
  for (const Examined& one : examined_blocks(strategy())) {
    std::vector<Change> changes = changes_of(strategy(), one.findings, random_);
    std::stable_partition(changes.begin(), changes.end(),
                          [&](const Change& change) { return always_told.contains(change.what); });
    changes.resize(std::min<std::size_t>(changes.size(), testing_support::extent(8U, 4U)));
    for (const Change& change : changes) {
      SCOPED_TRACE(change.what + " in the block at " + strategy().text(one.block.begin));
      Findings changed = one.findings;
      change.make(changed);
      const auto there = strategy().where_they_differ(one.block, one.findings, changed);
      const auto back = strategy().where_they_differ(one.block, changed, one.findings);
      const std::set<Position> places(there.begin(), there.end());
      EXPECT_EQ(std::set<Position>(back.begin(), back.end()), places);
      auto parts = parts_with(strategy(), one.block, places, one.asked);
      EXPECT_LE(parts.size(), places.size());
      // None contradicts an honest result, as said above. Whoever leaves out more is told by each of them.
      parts.resize(std::min<std::size_t>(parts.size(), 2));
      const bool is_told = std::any_of(parts.begin(), parts.end(), [&](const Block& part) {
        return !strategy().contradiction(one.block, changed, part, one.asked).empty();
      });
      // Of a block of one part there may be nothing to say.
      EXPECT_TRUE(is_told || !always_told.contains(change.what) || parts_of(strategy(), one).size() == 1);
    }
    EXPECT_LE(strategy().where_they_differ(one.block, one.findings, one.findings).size(), 1U);
  }
}

TEST_P(EnumerationContract, PositionsAndNumbersBelongToEachOther) {
  for (const Examined& one : examined_blocks(strategy())) {
    for (const auto& list : {one.findings.violations, one.findings.witnesses}) {
      std::optional<Position> before;
      for (const Witness& witness : list) {
        const auto at = strategy().position_of(required(math::Factorization::parse(witness.factorization)));
        ASSERT_TRUE(at && one.block.begin <= *at && *at < one.block.end) << witness.factorization;
        EXPECT_TRUE(!before || *before < *at) << "in order";
        before = at;
      }
    }
  }
}

TEST_P(EnumerationContract, AGreaterRatioThanTheBestIsFound) {
  for (const Examined& one : examined_blocks(strategy())) {
    if (!one.findings.best) {
      continue;
    }
    Findings changed = one.findings;
    changed.best = Witness{"2", "0.1", "0.1"};
    EXPECT_NE(first_contradiction(strategy(), one, changed), "");
    changed.best.reset();
    EXPECT_NE(first_contradiction(strategy(), one, changed), "");
  }
}

TEST_P(StrategyContract, GoldenBlocksAreReproducedWithOneAndTwoThreads) {
  std::string folder = GetParam();
  std::replace(folder.begin(), folder.end(), '-', '_');
  std::ifstream golden(std::string(ROBIN_SOURCE_DIR) + "/common/search/strategies/" + folder + "/golden.txt");
  ASSERT_TRUE(golden) << "each strategy has a golden.txt";
  std::size_t seen = 0;
  for (std::string line; std::getline(golden, line);) {
    if (line.starts_with('#')) {
      continue;
    }
    std::istringstream fields(line);
    std::string begin;
    std::string end;
    std::string threshold;
    std::string kind;
    std::string candidates;
    std::string digest;
    ASSERT_TRUE(fields >> begin >> end >> threshold >> kind >> candidates >> digest) << line;
    for (const unsigned threads : {1U, 2U}) {
      const auto result = examine(strategy(), testing_support::block(strategy(), begin, end),
                                  parameters(threshold, *digest_kind_from(kind)), {threads, {}});
      EXPECT_EQ(math::Integer::from_uint128(result.findings.candidates).to_decimal(), candidates) << line;
      EXPECT_EQ(result.digest, digest) << line;
    }
    ++seen;
  }
  EXPECT_GT(seen, 0U);
}

const auto name_of = [](const auto& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
};

INSTANTIATE_TEST_SUITE_P(All, StrategyContract, testing::ValuesIn(strategy_names()), name_of);
INSTANTIATE_TEST_SUITE_P(All, EnumerationContract, testing::ValuesIn(enumeration_names()), name_of);

TEST(SuperabundantReference, OriginalDigestAgreesOnRandomBlocksOfLevels10To90) {
  const Strategy& strategy = *strategies().find("superabundant");
  Random random;
  SCOPED_TRACE(random.seed());
  const auto candidates_from = [&](Position begin, std::uint64_t count) {
    return testing_support::reference_candidates("superabundant", strategy.text(begin), count);
  };
  for (std::uint64_t round = 0; round < rounds(24); ++round) {
    const std::uint64_t level = random.between(10, 90);
    const Position level_begin = required(strategy.parse(std::to_string(level) + ":0"));
    const Position next_level = required(strategy.parse(std::to_string(level + 1) + ":0"));
    // Every third block crosses into the next level.
    const uint128 offset = round % 3 == 0 ? next_level.ordinal - level_begin.ordinal - random.between(1, 40)
                                          : random.below(next_level.ordinal - level_begin.ordinal);
    const std::uint64_t count = random.between(50, 400);
    const Block whole{{level_begin.ordinal + offset}, {level_begin.ordinal + offset + count}};
    const auto result = examine(strategy, whole, parameters("1.767", DigestKind::Original), {1, {}});
    const auto candidates = candidates_from(whole.begin, count);
    EXPECT_EQ(result.digest, Sha256::hex_of(testing_support::reference_original_text_gmp(candidates)))
        << strategy.text(whole.begin) << " to " << strategy.text(whole.end);
    EXPECT_EQ(result.digest, Sha256::hex_of(testing_support::reference_original_text_arb(candidates)));
  }
}

}  // namespace
}  // namespace robin::search
