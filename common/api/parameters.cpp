#include "api/parameters.hpp"

#include <algorithm>
#include <charconv>

#include "api/words.hpp"
#include "runtime/plain_text.hpp"

namespace robin::api {
namespace {

constexpr std::uint64_t id_max = INT64_MAX;

std::optional<std::uint64_t> number_from(const std::string& text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && read == end ? std::optional(value) : std::nullopt;
}

}  // namespace

const std::string* Parameters::find(const std::string& name) {
  read_.insert(name);
  const auto found = query_.find(name);
  return found == query_.end() ? nullptr : &found->second;
}

std::uint64_t Parameters::number(const std::string& name, std::uint64_t fallback, std::uint64_t min,
                                 std::uint64_t max) {
  const std::string* given = find(name);
  const auto value = given == nullptr ? std::optional(fallback) : number_from(*given);
  if (!value || *value < min || *value > max) {
    throw BadRequest(name, "must be a number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return *value;
}

std::optional<std::uint64_t> Parameters::number_if_given(const std::string& name, std::uint64_t min,
                                                         std::uint64_t max) {
  return find(name) == nullptr ? std::nullopt : std::optional(number(name, min, min, max));
}

std::optional<std::int64_t> Parameters::id(const std::string& name) {
  const bool is_given = find(name) != nullptr;
  const auto value = static_cast<std::int64_t>(number(name, 0, is_given ? 1 : 0, id_max));
  return is_given ? std::optional(value) : std::nullopt;
}

std::optional<std::string> Parameters::text(const std::string& name, std::size_t length_max) {
  const std::string* given = find(name);
  if (given != nullptr && given->size() > length_max) {
    throw BadRequest(name, "must not be longer than " + std::to_string(length_max) + " bytes");
  }
  if (given != nullptr && std::any_of(given->begin(), given->end(), [](char c) { return c < ' ' || c > '~'; })) {
    throw BadRequest(name, "must be plain text");
  }
  return given == nullptr ? std::nullopt : std::optional(*given);
}

std::vector<flow::BlockState> Parameters::states(const std::string& name) {
  std::vector<flow::BlockState> states;
  const std::string* given = find(name);
  for (std::size_t begin = 0; given != nullptr && begin <= given->size();) {
    const std::size_t comma = std::min(given->find(',', begin), given->size());
    const std::string word = given->substr(begin, comma - begin);
    const auto state = block_state_from(word);
    if (!state) {
      throw BadRequest(name, "'" + word.substr(0, 40) + "' is none of " + runtime::joined(block_state_words(), ", "));
    }
    states.push_back(*state);
    begin = comma + 1;
  }
  return states;
}

void Parameters::expect_no_others() const {
  for (const auto& [name, value] : query_) {
    if (!read_.contains(name)) {
      throw BadRequest(name.substr(0, 40), "is no parameter of this" + instead_of(read_));
    }
  }
}

std::int64_t id_from(const std::string& text) {
  const std::map<std::string, std::string> one = {{"id", text}};
  return *Parameters(one).id("id");
}

}  // namespace robin::api
