#pragma once

// Shorthands for tests that build values from text they know to be good.

#include <string_view>
#include <utility>
#include <variant>

#include "core/refusal.hpp"
#include "math/decimal.hpp"
#include "search/strategy.hpp"

namespace robin::testing_support {

/// The accepted value; throws std::bad_variant_access on a refusal.
template <class Value>
Value required(const core::Parsed<Value>& parsed) {
  return std::get<Value>(parsed);
}

/// The same for values that can only be moved.
template <class Value>
Value taken(core::Parsed<Value>&& parsed) {
  return std::get<Value>(std::move(parsed));
}

inline search::Parameters parameters(std::string_view threshold = "1.767",
                                     search::DigestKind digest = search::DigestKind::Exact,
                                     search::Mode mode = search::Mode::Complete) {
  return {mode, required(math::Decimal::parse(threshold)), digest};
}

inline search::Block block(const search::Strategy& strategy, std::string_view begin, std::string_view end) {
  return {required(strategy.parse(begin)), required(strategy.parse(end))};
}

}  // namespace robin::testing_support
