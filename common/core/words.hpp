#pragma once

// Words: the words of an enumeration, each list once: parsers, messages, help, completion and the description of the
// API take them from here. Specialise Words beside the enumeration, with all its values in the order in which they are
// shown; their words are what text() says.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace robin::core {

/// A specialisation has: static constexpr std::array all = {E::First, ...};
template <class E>
struct Words;

template <class E>
concept HasWords = requires(E value) {
  Words<E>::all;
  text(value);
};

/// The value whose word this is; nullopt if it is the word of none.
template <HasWords E>
[[nodiscard]] std::optional<E> from_word(std::string_view word) {
  for (const E value : Words<E>::all) {
    if (text(value) == word) {
      return value;
    }
  }
  return std::nullopt;
}

template <HasWords E>
[[nodiscard]] std::vector<std::string> all_words() {
  std::vector<std::string> all;
  all.reserve(Words<E>::all.size());
  for (const E value : Words<E>::all) {
    all.emplace_back(text(value));
  }
  return all;
}

}  // namespace robin::core
