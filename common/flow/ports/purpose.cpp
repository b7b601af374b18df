#include "flow/ports/purpose.hpp"

#include <charconv>

namespace robin::flow {
namespace {

constexpr std::string_view search_text = "search";
constexpr std::string_view check_prefix = "check:";
constexpr std::string_view refine_prefix = "refine:";

std::optional<std::uint32_t> number_from(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool canonical = error == std::errc() && end == digits.data() + digits.size() && digits.front() != '0';
  return canonical ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string text(const Purpose& purpose) {
  if (purpose.kind == Purpose::Kind::Search) {
    return std::string(search_text);
  }
  std::string form(purpose.kind == Purpose::Kind::Check ? check_prefix : refine_prefix);
  form += std::to_string(purpose.number);
  return form;
}

std::optional<Purpose> purpose_from(std::string_view text_form) {
  if (text_form == search_text) {
    return Purpose{};
  }
  for (const auto& [prefix, kind] :
       {std::pair(check_prefix, Purpose::Kind::Check), {refine_prefix, Purpose::Kind::Refine}}) {
    if (text_form.starts_with(prefix) && text_form.size() > prefix.size()) {
      const auto number = number_from(text_form.substr(prefix.size()));
      return number ? std::optional(Purpose{kind, *number}) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace robin::flow
