#include "search/strategy.hpp"

#include <algorithm>

#include "core/contract.hpp"
#include "search/enumeration_check.hpp"
#include "search/strategy_table.hpp"

namespace robin::search {

Strategies::Strategies() : all_(make_all_strategies()) {}

const Strategy* Strategies::find(std::string_view name) const {
  for (const auto& strategy : all_) {
    if (strategy->name() == name) {
      return strategy.get();
    }
  }
  return nullptr;
}

std::string Strategies::names() const {
  std::string names;
  for (const auto& strategy : all_) {
    names += (names.empty() ? "" : ", ") + std::string(strategy->name());
  }
  return names;
}

Findings Strategy::refine(const Block& /*block*/, const Parameters& /*parameters*/,
                          const std::map<std::string, std::string>& /*origin*/) const {
  ROBIN_ASSERT(false, "only what may be refined is refined");
  return {};
}

std::optional<Position> Strategy::part_end(const Block& block, Position begin, const Parameters& parameters) const {
  return is_enumeration() ? std::optional(std::min(slice_end(begin, parameters), block.end)) : std::nullopt;
}

std::string Strategy::contradiction(const Block& block, const Findings& stored, const Block& part,
                                    const Parameters& parameters) const {
  ROBIN_ASSERT(is_enumeration(), "who has parts and is no enumeration compares them itself");
  return check_enumeration(*this, block, stored, part, parameters);
}

std::vector<Position> Strategy::where_they_differ(const Block& block, const Findings& one,
                                                  const Findings& other) const {
  return is_enumeration() ? where_enumerations_differ(*this, block, one, other) : std::vector<Position>();
}

std::vector<Block> parts_with(const Strategy& strategy, const Block& block, const std::set<Position>& positions,
                              const Parameters& parameters) {
  std::vector<Block> parts;
  for (Position begin = block.begin; begin < block.end;) {
    const auto end = strategy.part_end(block, begin, parameters);
    if (!end) {
      break;
    }
    ROBIN_ASSERT(begin < *end && *end <= block.end, "parts tile their block");
    if (const auto first = positions.lower_bound(begin); first != positions.end() && *first < *end) {
      parts.push_back({begin, *end});
    }
    begin = *end;
  }
  return parts;
}

std::optional<Refusal> refuse_block(const Strategy& strategy, const Block& block, const Parameters& parameters) {
  if (block.begin < strategy.first() || strategy.end_max() < block.end) {
    return Refusal{"the range leaves [" + strategy.text(strategy.first()) + ", " + strategy.text(strategy.end_max()) +
                   ") of strategy " + std::string(strategy.name())};
  }
  if (block.is_empty()) {
    return Refusal{"end must lie after begin (ranges are half-open: [begin, end))"};
  }
  if (const uint128 most = strategy.candidates_max(parameters); block.length() > most) {
    return Refusal{"one block holds at most " + math::Integer::from_uint128(most).to_decimal() + " positions"};
  }
  if (auto refusal = strategy.refuse_range(block)) {
    return refusal;
  }
  return strategy.refuse(parameters);
}

}  // namespace robin::search
