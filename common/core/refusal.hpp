#pragma once

// An input that was turned down: one line that names what is wrong and what to write instead. Refusing is an expected
// outcome, so parsers return std::variant<Value, Refusal> and never throw.

#include <string>
#include <variant>

namespace robin::core {

struct Refusal {
  std::string reason;
};

template <class Value>
using Parsed = std::variant<Value, Refusal>;

template <class Value>
[[nodiscard]] const Value* accepted(const Parsed<Value>& parsed) noexcept {
  return std::get_if<Value>(&parsed);
}

/// The reason of a refusal; empty if the value was accepted.
template <class Value>
[[nodiscard]] std::string refusal_reason(const Parsed<Value>& parsed) {
  const auto* refusal = std::get_if<Refusal>(&parsed);
  return refusal == nullptr ? std::string() : refusal->reason;
}

}  // namespace robin::core
