#include "search/enumeration_check.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "core/contract.hpp"
#include "search/claim.hpp"

namespace robin::search {
namespace {

/// Numbers of a list that only one of two results names: to place more of them takes longer than to compute the block.
constexpr std::size_t differing_max = 64;

/// Of a text that may be as long as a result.
std::string shortened(const std::string& text) {
  constexpr std::size_t shown = 120;
  return text.size() <= shown ? text : text.substr(0, shown) + "...";
}

/// A list of a result, which is in order of position if it is honest.
class ClaimedList {
 public:
  ClaimedList(const Strategy& strategy, const std::vector<Witness>& list) : strategy_(strategy), list_(list) {}

  /// How many stand before the position, by bisection: in any list, the bounds of neighbouring parts meet.
  [[nodiscard]] std::size_t count_before(Position position) {
    const auto at = std::partition_point(list_.begin(), list_.end(), [&](const Witness& one) {
      const auto factors = read_claimed(one.factorization, for_a_list);
      const auto place = factors ? strategy_.position_of(*factors) : std::nullopt;
      if (!place && stranger_.empty()) {
        stranger_ = one.factorization;
      }
      return place && *place < position;
    });
    return static_cast<std::size_t>(at - list_.begin());
  }
  /// What was met and is no candidate; empty: nothing.
  [[nodiscard]] const std::string& stranger() const { return stranger_; }

 private:
  const Strategy& strategy_;
  const std::vector<Witness>& list_;
  std::string stranger_;
};

std::string check_list(const Strategy& strategy, const Block& block, const std::vector<Witness>& stored,
                       const Block& part, const std::vector<Witness>& again) {
  ClaimedList claimed(strategy, stored);
  // What is said to lie outside the block is in its first part, or in its last.
  const std::size_t first = part.begin == block.begin ? 0 : claimed.count_before(part.begin);
  const std::size_t last = part.end == block.end ? stored.size() : claimed.count_before(part.end);
  if (!claimed.stranger().empty()) {
    return "it names " + shortened(claimed.stranger()) + ", which is none of its candidates";
  }
  if (last < first) {
    return "it names numbers in another order";
  }
  for (std::size_t i = 0; i < std::max(last - first, again.size()); ++i) {
    if (i == last - first) {
      return "it leaves out " + again[i].factorization;
    }
    const std::string& said = stored[first + i].factorization;
    if (i == again.size()) {
      return "it names " + shortened(said) + ", which is not found there";
    }
    if (said != again[i].factorization) {
      return "it names " + shortened(said) + " where " + again[i].factorization + " is found";
    }
  }
  return {};
}

}  // namespace

std::vector<Position> where_enumerations_differ(const Strategy& strategy, const Block& block, const Findings& one,
                                                const Findings& other) {
  std::vector<Position> places;
  if (one.candidates != other.candidates || one.extras != other.extras) {
    places.push_back(block.begin);
  }
  const auto sorted = [](const std::vector<Witness>& list) {
    std::vector<std::string_view> numbers;
    for (const Witness& number : list) {
      numbers.push_back(number.factorization);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  };
  for (const auto list : {&Findings::violations, &Findings::witnesses, &Findings::undecided}) {
    const auto ones = sorted(one.*list);
    const auto others = sorted(other.*list);
    std::vector<std::string_view> of_one_alone;
    std::set_symmetric_difference(ones.begin(), ones.end(), others.begin(), others.end(),
                                  std::back_inserter(of_one_alone));
    if (of_one_alone.size() > differing_max) {
      return {};
    }
    for (const std::string_view number : of_one_alone) {
      const auto factors = read_claimed(std::string(number), for_a_list);
      const auto place = factors ? strategy.position_of(*factors) : std::nullopt;
      if (place && block.begin <= *place && *place < block.end) {
        places.push_back(*place);
      }
    }
  }
  return places;
}

std::string check_enumeration(const Strategy& strategy, const Block& block, const Findings& stored, const Block& part,
                              const Parameters& parameters) {
  ROBIN_ASSERT(block.begin <= part.begin && part.end <= block.end, "it is a part of the block");
  const auto number = [](uint128 value) { return math::Integer::from_uint128(value).to_decimal(); };
  if (stored.candidates != block.length()) {
    return "it says of " + number(stored.candidates) + " candidates, and there are " + number(block.length());
  }
  for (const auto& [key, value] : stored.extras) {
    if (strategy.is_hashed(key)) {
      return "it says something of " + shortened(key) + ", which is not known here";
    }
  }
  const Findings again = strategy.examine(part, parameters).findings;
  const auto said_of = [&](const char* list) {
    return std::string("of the ") + list + " in [" + strategy.text(part.begin) + ", " + strategy.text(part.end) + ") ";
  };
  struct List {
    const char* name;
    std::vector<Witness> Findings::*field;
  };
  for (const List& list : {List{"violations", &Findings::violations}, List{"witnesses", &Findings::witnesses},
                           List{"undecided numbers", &Findings::undecided}}) {
    if (auto wrong = check_list(strategy, block, stored.*list.field, part, again.*list.field); !wrong.empty()) {
      return said_of(list.name) + wrong;
    }
  }
  if (again.best && (!stored.best || certainly_greater(*again.best, *stored.best))) {
    return "its greatest ratio is none: that of " + again.best->factorization + " is greater";
  }
  return {};
}

}  // namespace robin::search
