#include "api/words.hpp"

#include <algorithm>
#include <cctype>

namespace robin::api {
namespace {

std::string changed(std::string_view word, int (*change)(int)) {
  std::string all(word);
  std::transform(all.begin(), all.end(), all.begin(),
                 [change](unsigned char c) { return static_cast<char>(change(c)); });
  return all;
}

}  // namespace

std::vector<std::string> block_state_words() {
  auto words = core::all_words<flow::BlockState>();
  for (auto& word : words) {
    word = changed(word, std::tolower);
  }
  return words;
}

std::optional<flow::BlockState> block_state_from(std::string_view word) {
  return core::from_word<flow::BlockState>(changed(word, std::toupper));
}

}  // namespace robin::api
