#include "search/known_result.hpp"

#include "core/refusal.hpp"
#include "search/examine.hpp"

namespace robin::search {

BlockResult examine_known(const Strategy& strategy, std::string_view begin, std::string_view end, Mode mode,
                          DigestKind digest, std::string_view threshold) {
  const auto first = strategy.parse(begin);
  const auto last = strategy.parse(end);
  Parameters parameters = default_parameters(mode);
  parameters.digest = digest;
  if (!threshold.empty()) {
    const auto decimal = math::Decimal::parse(threshold);
    parameters.threshold = *core::accepted(decimal);
  }
  return examine(strategy, {*core::accepted(first), *core::accepted(last)}, parameters, {});
}

std::string difference(const std::string& found, const std::string& expected) {
  return found == expected ? "" : found + " instead of " + expected;
}

std::string difference(const std::vector<Witness>& found, const std::string& expected) {
  std::string text;
  for (const auto& one : found) {
    text += (text.empty() ? "" : " ") + one.factorization;
  }
  return difference(text, expected);
}

}  // namespace robin::search
