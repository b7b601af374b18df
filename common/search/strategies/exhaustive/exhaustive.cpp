// Strategy exhaustive: every integer n in order; a position is n itself. See README.md beside this file.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/contract.hpp"
#include "math/factor.hpp"
#include "math/log_log_floor.hpp"
#include "math/number_text.hpp"
#include "math/robin.hpp"
#include "search/examine.hpp"
#include "search/original_text.hpp"
#include "search/strategies/exhaustive/abundancy_sieve.hpp"
#include "search/strategies/exhaustive/ratio_histogram.hpp"
#include "search/strategy.hpp"
#include "search/strategy_table.hpp"

namespace robin::search {
namespace {

constexpr uint128 end_of_positions = uint128{1} << 63U;
constexpr std::uint64_t block_length_min = 1U << 18U;
constexpr std::uint64_t block_length_max = 1U << 27U;
constexpr std::size_t log_n_max = 44;  // log 2^63 < 43.7

std::uint64_t as_n(Position position) { return static_cast<std::uint64_t>(position.ordinal); }

/// The ratio in double precision, to a relative error below 1e-11: the abundancy is within 2^-38 (abundancy_sieve.hpp),
/// a logarithm of the C library within a few units in the last place, where 2^-40 would do.
double approximate_ratio(double abundancy, std::uint64_t n) {
  return abundancy / std::log(std::log(static_cast<double>(n)));
}

using exhaustive::RatioHistogram;

/// Tells in which class of a histogram a ratio lies.
class RatioClasses {
 public:
  explicit RatioClasses(const math::Decimal& threshold)
      : threshold_(threshold),
        value_(math::Interval::from(threshold, {64}).lower_double()),
        begin_(math::Interval::from(threshold.per_mille(share_begin), {64}).lower_double()) {}

  /// What is certainly below it is of class 0.
  [[nodiscard]] double begin() const noexcept { return begin_; }

  /// Of n by its approximate ratio; near a border by enclosures.
  [[nodiscard]] std::size_t class_of(std::uint64_t n, double ratio) const {
    // The ratio's error is below 1e-11 of it, a class is a thousandth of the threshold.
    const double place = (ratio / value_) * 1000 - (share_begin - 1);
    if (!(place > 0.5)) {
      return 0;
    }
    if (place >= classes + 0.5) {
      return classes - 1;
    }
    const double nearest = std::round(place);
    if (std::abs(place - nearest) > 1e-6) {
      return std::min(static_cast<std::size_t>(place), classes - 1);
    }
    const auto border = static_cast<std::uint32_t>(nearest);
    const math::Factorization factors = math::factor(n);
    const auto side = math::compare_ratio(factors, math::assess(factors, {}).ratio,
                                          threshold_.per_mille(share_begin - 1 + border), {});
    return std::min<std::size_t>(side == math::Side::AtLeast ? border : border - 1, classes - 1);
  }

 private:
  static constexpr std::size_t classes = RatioHistogram::classes;
  static constexpr std::uint32_t share_begin = 990;

  math::Decimal threshold_;
  double value_;
  double begin_;
};

class Exhaustive final : public Strategy {
 public:
  [[nodiscard]] std::string_view name() const override { return "exhaustive"; }
  [[nodiscard]] Position first() const override { return {2}; }
  [[nodiscard]] Position end_max() const override { return {end_of_positions}; }
  [[nodiscard]] uint128 candidates_max(const Parameters& /*parameters*/) const override { return uint128{1} << 40U; }
  [[nodiscard]] bool finds_best() const override { return false; }
  [[nodiscard]] bool is_enumeration() const override { return true; }
  [[nodiscard]] std::optional<Position> position_of(const math::Factorization& number) const override {
    constexpr std::size_t digits_max = 19;  // 2^63 has so many
    const auto n = number.value(digits_max);
    const auto ordinal = n ? n->to_uint128() : std::nullopt;
    return ordinal && *ordinal < end_of_positions ? std::optional(Position{*ordinal}) : std::nullopt;
  }

  [[nodiscard]] Parsed<Position> parse(std::string_view text) const override {
    const auto number = math::parse_integer(text);
    const auto* n = core::accepted(number);
    if (n == nullptr) {
      return Refusal{core::refusal_reason(number)};
    }
    const auto ordinal = n->to_uint128();
    if (!ordinal || *ordinal < first().ordinal || *ordinal > end_of_positions) {
      return Refusal{"positions of strategy exhaustive go from 2 to 2^63"};
    }
    return Position{*ordinal};
  }

  [[nodiscard]] std::string text(Position position) const override { return std::to_string(as_n(position)); }

  [[nodiscard]] std::optional<Refusal> refuse(const Parameters& parameters) const override {
    if (parameters.mode != Mode::Complete) {
      return Refusal{"strategy exhaustive knows only --mode complete"};
    }
    return std::nullopt;
  }

  [[nodiscard]] Position block_end(Position search_begin, Position begin, std::optional<uint128> size,
                                   const Parameters& /*parameters*/) const override {
    // A quarter of the way come so far: progress shows at once, and a long search has few blocks.
    const uint128 grown =
        std::clamp((begin.ordinal - search_begin.ordinal) / 4, uint128{block_length_min}, uint128{block_length_max});
    return {begin.ordinal + std::min(size.value_or(grown), end_of_positions - begin.ordinal)};
  }

  [[nodiscard]] Position slice_end(Position begin, const Parameters& /*parameters*/) const override {
    const std::uint64_t length = AbundancySieve::length_for(as_n(begin));
    return {(begin.ordinal / length + 1) * length};
  }

  [[nodiscard]] Slice examine(const Block& slice, const Parameters& parameters) const override {
    ROBIN_ASSERT(!refuse_block(*this, slice, parameters), "only a range that may be examined is examined");
    Slice result;
    result.findings.candidates = slice.length();
    const AbundancySieve sieve(as_n(slice.begin), as_n(slice.end));
    RatioHistogram histogram;
    certify_near_the_line(sieve, parameters, result.findings, histogram);
    result.tally.assign(histogram.counts().begin(), histogram.counts().end());
    if (parameters.digest == DigestKind::Original) {
      append_original_text(sieve, result.original_text);
    }
    return result;
  }

  void conclude(const Block& /*block*/, const Parameters& /*parameters*/, const Tally& tally,
                Findings& findings) const override {
    RatioHistogram histogram;
    for (std::size_t i = 0; i < tally.size(); ++i) {
      histogram.count(i % RatioHistogram::classes, tally[i]);
    }
    findings.extras[RatioHistogram::key] = histogram.text();
  }
  [[nodiscard]] bool is_hashed(std::string_view extra) const override { return extra != RatioHistogram::key; }

  [[nodiscard]] Description description() const override {
    return {"every n", "Robin's inequality", "1e7", Plot::Witnesses};
  }

  [[nodiscard]] Details details(const Parameters& parameters, const Extras& extras) const override {
    const auto histogram = histogram_of(extras);
    if (!histogram) {
      return {};
    }
    const auto& counts = histogram->counts();
    const auto near = std::accumulate(counts.begin() + 1, counts.end() - 1, std::uint64_t{0});
    // Twelve classes: below the first border, ten a thousandth of the threshold wide, and from the threshold on.
    return {{{"histogram", std::vector<Figure>{{"from", parameters.threshold.per_mille(990).text()},
                                               {"width", parameters.threshold.per_mille(1).text()},
                                               {"counts", std::vector<std::uint64_t>(counts.begin(), counts.end())}}}},
            {{"near misses", std::to_string(near) + " within 1 % below the threshold"}}};
  }
  [[nodiscard]] Extras added(const Extras& run, const Extras& next) const override {
    auto sum = histogram_of(run);
    const auto more = histogram_of(next);
    if (!sum || !more) {
      return {};
    }
    *sum += *more;
    return {{RatioHistogram::key, sum->text()}};
  }

  [[nodiscard]] std::string conclusion(const Block& examined) const override {
    constexpr Position first_beyond{math::known_exception_max + 1};
    return examined.begin <= first_beyond && first_beyond < examined.end
               ? "Every single n from 5041 to " + math::grouped(examined.end.ordinal - 1) + " was examined"
               : std::string();
  }

  [[nodiscard]] std::vector<KnownResult> known_results() const override {
    return {{"the 27 exceptions to Robin's inequality, by every integer to 100,000",
             [this] {
               return difference(examine_known(*this, "2", "100000").findings.violations,
                                 "2 3 2^2 5 2*3 2^3 3^2 2*5 2^2*3 2^4 2*3^2 2^2*5 2^3*3 2..5 2^2*3^2 2^4*3 2^2*3*5 "
                                 "2^3*3^2 2^2*3*7 2^3*3*5 2^2*3^2*5 2^4*3*5 2^3*3^2*5 2^4*3^2*5 2^3*3..7 "
                                 "2^3*3^2*5*7 2^4*3^2*5*7");
             }},
            {"digest of [10080, 10083)",
             [this] {
               return difference(examine_known(*this, "10080", "10083", Mode::Complete, DigestKind::Original).digest,
                                 "fe216b6faa6f056b6a400a4e34ea92c15775ee3e54e322695c5ccace616fd54a");
             }},
            {"digest of [5041, 6041)", [this] {
               return difference(examine_known(*this, "5041", "6041", Mode::Complete, DigestKind::Original).digest,
                                 "050032821a41aa5a735d0367d2b72c6cb29f6ec5117fbe0297f0ef536ac834a3");
             }}};
  }

 private:
  /// Settles whatever lies clearly below threshold and line by doubles, and asks enclosures about the rest.
  void certify_near_the_line(const AbundancySieve& sieve, const Parameters& parameters, Findings& findings,
                             RatioHistogram& histogram) const {
    const double cut = math::kept_ratio_min(parameters.threshold);
    const RatioClasses classes(parameters.threshold);
    const double begin = std::min(cut, classes.begin());
    std::uint64_t outside = 0;
    std::uint64_t n = sieve.begin();
    for (; n < sieve.end() && n <= math::known_exception_max; ++n) {
      certify(math::factor(n), parameters, Best::Ignored, findings);
      histogram.count(classes.class_of(n, approximate_ratio(sieve.abundancy(n), n)));
    }
    while (n < sieve.end()) {
      // Over a run this short log log n hardly moves; its value at the beginning is a lower bound for all of it.
      const std::uint64_t end = std::min(sieve.end(), n + std::max<std::uint64_t>(1024, n >> 8U));
      const double log_n = math::Interval::log(math::Interval::from(math::Integer(n), {64}), {64}).lower_double();
      const double floor = floor_(log_n) * (1 - AbundancySieve::relative_error);
      const double bar = cut * floor;
      const double bar_of_classes = begin * floor;
      for (; n < end; ++n) {
        const double abundancy = sieve.abundancy(n);
        if (abundancy < bar_of_classes) {
          ++outside;
          continue;
        }
        histogram.count(classes.class_of(n, approximate_ratio(abundancy, n)));
        if (abundancy >= bar) {
          certify(math::factor(n), parameters, Best::Ignored, findings);
        }
      }
    }
    histogram.count(0, outside);
  }

  static std::optional<RatioHistogram> histogram_of(const Extras& extras) {
    const auto found = extras.find(RatioHistogram::key);
    return found == extras.end() ? std::nullopt : RatioHistogram::from(found->second);
  }

  static void append_original_text(const AbundancySieve& sieve, std::string& text) {
    for (std::uint64_t n = sieve.begin(); n < sieve.end(); ++n) {
      text += n == sieve.begin() ? "" : ",";
      text += std::to_string(n);
      append_ratio(text, approximate_ratio(sieve.abundancy(n), n), [n] { return math::factor(n); });
    }
  }

  math::LogLogFloor floor_{log_n_max};
};

}  // namespace

std::unique_ptr<const Strategy> make_exhaustive() { return std::make_unique<Exhaustive>(); }

}  // namespace robin::search
