// Positions of each strategy: what is accepted has a text form that is accepted as the same position.

#include "core/contract.hpp"
#include "search/strategy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const robin::search::Strategies strategies;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what texts are made of
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"exhaustive", "superabundant", "colossally-abundant"}) {
    const auto* strategy = strategies.find(name);
    const auto parsed = strategy->parse(text);
    if (const auto* position = robin::core::accepted(parsed)) {
      const auto again = strategy->parse(strategy->text(*position));
      ROBIN_ASSERT(robin::core::accepted(again) != nullptr && *robin::core::accepted(again) == *position,
                   "the text form of a position is that position");
    }
  }
  return 0;
}
