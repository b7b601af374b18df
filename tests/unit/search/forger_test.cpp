// A forger: takes an honest certificate, changes one thing that it says (alone, or with what must follow so that it
// still adds up), makes the digest anew, and hands it in. Looked at wholly, each forgery is found and its block named;
// looked at in part, as often as is said.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "search/examine.hpp"
#include "search/strategy.hpp"
#include "search/verification.hpp"
#include "support/parsed.hpp"
#include "support/random.hpp"

namespace robin::search {
namespace {

using math::Integer;

/// An honest certificate, with what a forger needs to make its digests anew.
struct Honest {
  std::vector<CertifiedBlock> blocks;
  std::vector<Findings> findings;
};

/// The single steps, and some blocks of windows, one of them looked at more closely.
Honest honest_certificate(const Strategy& strategy) {
  const auto certifier = testing_support::taken(strategy.certifier({}));
  Honest honest;
  constexpr std::array<std::uint64_t, 5> ends = {1U << 20U, (1U << 20U) + 4096, (1U << 20U) + 12288,
                                                 (1U << 20U) + 20480, (1U << 20U) + 32768};
  constexpr std::size_t refined = 2;
  Position begin{2};
  for (const std::uint64_t end : ends) {
    const Block block{begin, {end}};
    Findings findings = honest.blocks.size() == refined
                            ? strategy.refine(block, default_parameters(), certifier->state())
                            : examine(strategy, block, default_parameters(), {}).findings;
    EXPECT_FALSE(certifier->advance(block, findings.candidates, findings.extras));
    honest.blocks.push_back({block, findings.candidates, exact_digest(strategy, block, findings), findings.extras});
    honest.findings.push_back(std::move(findings));
    begin = block.end;
  }
  return honest;
}

/// Signed, for words of bounds.
struct Signed {
  bool is_negative = false;
  Integer magnitude;

  static Signed read(std::string_view word) {
    const bool is_negative = word.starts_with('-');
    return {is_negative, *Integer::from_decimal(word.substr(is_negative ? 1 : 0))};
  }
  [[nodiscard]] std::string text() const { return (is_negative ? "-" : "") + magnitude.to_decimal(); }

  Signed& operator+=(const Signed& other) {
    if (is_negative == other.is_negative) {
      magnitude = magnitude + other.magnitude;
    } else if (magnitude >= other.magnitude) {
      magnitude = magnitude - other.magnitude;
    } else {
      *this = {other.is_negative, other.magnitude - magnitude};
    }
    return *this;
  }
};

/// One, or a power of two, up or down.
Signed random_change(testing_support::Random& random) {
  constexpr std::uint64_t bits_max = 100;
  return {random.between(0, 1) == 0, Integer::power(2, random.between(0, 3) == 0 ? 0 : random.between(0, bits_max))};
}

constexpr const char* digits = "-0123456789";

/// Adds to the word-th number of a text.
void add(std::string& text, std::size_t word, const Signed& change) {
  std::size_t begin = text.find_first_of(digits);
  for (; word > 0; --word) {
    begin = text.find_first_of(digits, text.find_first_not_of(digits, begin));
  }
  const std::size_t length = std::min(text.find_first_not_of(digits, begin), text.size()) - begin;
  Signed number = Signed::read(text.substr(begin, length));
  number += change;
  text.replace(begin, length, number.text());
}

std::size_t count_words(const std::string& text) {
  std::size_t words = 0;
  for (std::size_t at = text.find_first_of(digits); at != std::string::npos;
       at = text.find_first_of(digits, text.find_first_not_of(digits, at))) {
    ++words;
    if (text.find_first_not_of(digits, at) == std::string::npos) {
      break;
    }
  }
  return words;
}

std::string change_a_word_of(Extras::value_type& field, std::size_t word, const Signed& change) {
  add(field.second, word, change);
  return field.first + ", word " + std::to_string(word) + " by " + change.text();
}

/// Any number that the block says, and nothing else.
std::string change_a_word(CertifiedBlock& block, testing_support::Random& random) {
  // Where a block has no further steps their field is empty, and says nothing that could be changed.
  std::vector<Extras::iterator> fields;
  for (auto field = block.extras.begin(); field != block.extras.end(); ++field) {
    if (count_words(field->second) > 0) {
      fields.push_back(field);
    }
  }
  auto& field = *fields.at(random.between(0, fields.size() - 1));
  return change_a_word_of(field, random.between(0, count_words(field.second) - 1), random_change(random));
}

/// How much it claims, made less by so little that nothing gives it away but computing it again.
std::string change_the_claim(CertifiedBlock& block, testing_support::Random& random) {
  for (const char* claim : {"bound", "margin"}) {
    if (const auto field = block.extras.find(claim); field != block.extras.end()) {
      return change_a_word_of(*field, 0, {true, Integer(1)});
    }
  }
  return change_a_word(block, random);
}

/// A number of a slice, and the totals that it belongs to.
std::string change_a_slice(CertifiedBlock& block, testing_support::Random& random) {
  // end; count and sum of primes; L and S from both sides.
  constexpr std::size_t words_a_slice = 7;
  std::string& slices = block.extras.at("slices");
  const std::size_t slice = random.between(0, count_words(slices) / words_a_slice - 1);
  const std::size_t word = random.between(1, words_a_slice - 1);
  Signed change = random_change(random);
  if (word == 1) {
    change.magnitude = Integer(1);
    block.candidates = change.is_negative ? block.candidates - 1 : block.candidates + 1;
  }
  add(slices, slice * words_a_slice + word, change);
  constexpr std::size_t sums_from = 3;
  if (word < sums_from) {
    add(block.extras.at("primes"), word - 1, change);
  } else {
    add(block.extras.at("sums"), word - sums_from, change);
  }
  return "slice " + std::to_string(slice) + ", word " + std::to_string(word) + " by " + change.text();
}

std::string change_the_candidates(CertifiedBlock& block, testing_support::Random& random) {
  const std::uint64_t change = random.between(1, 1000);
  block.candidates += change;
  return "candidates by " + std::to_string(change);
}

class ForgerTest : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] const Strategy& strategy() const { return *strategies_.find(GetParam()); }
  [[nodiscard]] Verification verified(const std::vector<CertifiedBlock>& blocks, const VerificationExtent& extent,
                                      std::uint64_t seed = 1) const {
    Verification verification(strategy().check(blocks, default_parameters()), extent, std::mt19937_64(seed));
    verification.run();
    return verification;
  }
  void make_digest_anew(const Honest& honest, std::vector<CertifiedBlock>& blocks, std::size_t i) const {
    Findings findings = honest.findings[i];
    findings.candidates = blocks[i].candidates;
    findings.extras = blocks[i].extras;
    blocks[i].digest = exact_digest(strategy(), blocks[i].block, findings);
  }

  Strategies strategies_;
};

TEST_P(ForgerTest, IsFoundWhateverItChangesAndItsBlockIsNamed) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const Honest honest = honest_certificate(strategy());
  const Verification of_honest = verified(honest.blocks, {.all = true});
  ASSERT_TRUE(of_honest.mismatches().empty()) << of_honest.mismatches().front().what;
  EXPECT_EQ(of_honest.parts_checked(), of_honest.parts());
  EXPECT_EQ(of_honest.share_reproved_independently(), 1);
  EXPECT_EQ(of_honest.miss_probability(), 0);
  for (std::uint64_t round = 0; round < testing_support::rounds(8); ++round) {
    std::vector<CertifiedBlock> blocks = honest.blocks;
    // Each block's claim once, whatever is drawn.
    const bool is_planned = round < blocks.size();
    const std::size_t forged = is_planned ? round : random.between(0, blocks.size() - 1);
    constexpr std::array changes = {&change_a_word, &change_a_slice, &change_a_word, &change_a_slice,
                                    &change_the_candidates};
    const auto change = is_planned ? &change_the_claim : changes.at(random.between(0, changes.size() - 1));
    const std::string what = change(blocks[forged], random);
    make_digest_anew(honest, blocks, forged);
    const Verification verification = verified(blocks, {.all = true});
    EXPECT_TRUE(std::any_of(verification.mismatches().begin(), verification.mismatches().end(),
                            [forged](const Mismatch& one) { return one.block == forged; }))
        << "block " << forged << ", " << what << ", " << verification.mismatches().size() << " mismatches";
  }
}

TEST_P(ForgerTest, IsFoundWhereNoPrimeLiesBetweenTheEndOfASliceAndTheChangedOne) {
  const Honest honest = honest_certificate(strategy());
  for (std::size_t forged = 1; forged < honest.blocks.size(); ++forged) {
    std::vector<CertifiedBlock> blocks = honest.blocks;
    // An even number: the steps on both sides stay what they are.
    add(blocks[forged].extras.at("slices"), 0, {false, Integer(1)});
    make_digest_anew(honest, blocks, forged);
    const Verification verification = verified(blocks, {.parts = 1, .primes = 1});
    ASSERT_FALSE(verification.mismatches().empty()) << forged;
    EXPECT_EQ(verification.mismatches().front().block, forged);
  }
}

TEST_P(ForgerTest, OfOneSliceIsFoundWhereItIsDrawn) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  const Honest honest = honest_certificate(strategy());
  // So little that no margin, which is claimed 0.98 of at least, contradicts the sums.
  constexpr std::size_t forged = 3;
  constexpr std::size_t growth_lo = 5;
  const Signed change{true, Integer::power(2, 40)};
  const std::size_t slices = count_words(honest.blocks[forged].extras.at("slices")) / 7;
  std::vector<CertifiedBlock> blocks = honest.blocks;
  add(blocks[forged].extras.at("slices"), 7 * random.between(0, slices - 1) + growth_lo, change);
  add(blocks[forged].extras.at("sums"), growth_lo - 3, change);
  make_digest_anew(honest, blocks, forged);
  // All slices are drawn, and one prime of each is walked by other code: what gives it away are its sums.
  const Verification of_all = verified(blocks, {.sample = 1, .primes = 1});
  EXPECT_EQ(of_all.miss_probability(), 0);
  ASSERT_FALSE(of_all.mismatches().empty());
  EXPECT_EQ(of_all.mismatches().front().block, forged);
}

TEST_P(ForgerTest, WhoClaimsMoreThanHisSumsHaveIsContradictedByThemAlone) {
  const Honest honest = honest_certificate(strategy());
  const auto contradiction_of = [this](const std::vector<CertifiedBlock>& blocks) {
    auto parsed = strategy().certifier({});
    const auto certifier = std::get<std::unique_ptr<Certifier>>(std::move(parsed));
    for (const CertifiedBlock& block : blocks) {
      const auto objection = certifier->advance(block.block, block.candidates, block.extras);
      EXPECT_FALSE(objection) << objection->reason;
    }
    return certifier->contradiction();
  };
  EXPECT_EQ(contradiction_of(honest.blocks), std::nullopt);
  std::vector<CertifiedBlock> blocks = honest.blocks;
  for (CertifiedBlock& block : blocks) {
    for (const char* claim : {"bound", "slice_bounds", "margin"}) {
      if (const auto field = block.extras.find(claim); field != block.extras.end()) {
        // Of a margin the value alone, not where it lies.
        const std::size_t words = field->first == "margin" ? 1 : count_words(field->second);
        for (std::size_t word = 0; word < words; ++word) {
          add(field->second, word, {false, Integer::power(2, 90)});
        }
      }
    }
  }
  EXPECT_NE(contradiction_of(blocks), std::nullopt);
}

/// A certificate of equal parts, the first few of which may hold the least margin, and one of which is false.
class OneFalsePart : public CertificateCheck {
 public:
  OneFalsePart(std::size_t parts, std::size_t certain, std::size_t false_part) : false_part_(false_part) {
    for (std::size_t i = 0; i < parts; ++i) {
      parts_.push_back({i, {{i}, {i + 1}}, 100, i < certain});
    }
  }
  void check_blocks() override {}
  [[nodiscard]] const Certifier& folded() const override { throw std::logic_error("nothing was folded"); }
  [[nodiscard]] const std::vector<CertifiedPart>& parts() const override { return parts_; }
  std::uint64_t check_part(const CertifiedPart& part, double /*place*/, std::uint64_t primes) override {
    if (part.block == false_part_) {
      mismatches_.push_back({part.block, "false"});
    }
    return primes;
  }
  void check_count(std::size_t /*block*/) override {}
  [[nodiscard]] const std::vector<Mismatch>& mismatches() const override { return mismatches_; }

 private:
  std::size_t false_part_;
  std::vector<CertifiedPart> parts_;
  std::vector<Mismatch> mismatches_;
};

TEST(VerificationTest, MissesOneFalsePartAsOftenAsItSays) {
  testing_support::Random random;
  SCOPED_TRACE(random.seed());
  constexpr std::size_t parts = 40;
  constexpr std::size_t certain = 4;
  for (const std::uint64_t drawn : {1U, 10U, 30U, 40U}) {
    std::uint64_t missed = 0;
    double expected = 0;
    const std::uint64_t tries = testing_support::rounds(4000);
    for (std::uint64_t round = 0; round < tries; ++round) {
      const std::size_t false_part = random.between(certain, parts - 1);
      Verification verification(std::make_unique<OneFalsePart>(parts, certain, false_part),
                                {.parts = drawn, .primes = 1}, std::mt19937_64(random.between(0, UINT32_MAX)));
      verification.run();
      missed += verification.mismatches().empty() ? 1U : 0U;
      expected += verification.miss_probability();
    }
    // Hoeffding: further away with a probability below 1e-9. What is said half as often would be seen.
    const double far = std::sqrt(static_cast<double>(tries) * std::log(2e9) / 2);
    EXPECT_NEAR(static_cast<double>(missed), expected, far) << drawn;
  }
}

TEST_P(ForgerTest, NoBlocksAreNoCertificate) { EXPECT_FALSE(verified({}, {}).mismatches().empty()); }

INSTANTIATE_TEST_SUITE_P(Certificates, ForgerTest, testing::Values("colossally-abundant", "primorial"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace robin::search
