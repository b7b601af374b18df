#pragma once

// Reading: the query or the body of a request as the described struct it is meant to be; what is wrong with it, or not
// described, is a BadRequest. Any thread may call.

#include <optional>
#include <string>
#include <vector>

#include "api/body.hpp"
#include "api/http_message.hpp"
#include "api/json.hpp"
#include "api/parameters.hpp"
#include "flow/ports/block_state.hpp"
#include "flow/ports/ids.hpp"

namespace robin::api {

template <core::HasWords E>
[[nodiscard]] E word_from(const char* key, const std::string& word) {
  if (const auto value = core::from_word<E>(word)) {
    return *value;
  }
  throw BadRequest(key, "is none of " + runtime::joined(core::all_words<E>(), ", "));
}

template <Described Query>
[[nodiscard]] Query query_from(const std::map<std::string, std::string>& given) {
  Parameters parameters(given);
  Query query;
  for_each_field<Query>([&](const auto& field) {
    auto& member = query.*field.member;
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::is_same_v<Member, std::uint64_t>) {
      member = parameters.number(field.key, member, field.limits.min, field.limits.max);
    } else if constexpr (std::is_same_v<Member, std::optional<flow::SearchId>>) {
      const auto id = parameters.id(field.key);
      member = id ? std::optional(flow::SearchId{*id}) : std::nullopt;
    } else if constexpr (std::is_same_v<Member, std::optional<std::uint64_t>>) {
      member = parameters.number_if_given(field.key, field.limits.min, field.limits.max);
    } else if constexpr (std::is_same_v<Member, std::vector<flow::BlockState>>) {
      member = parameters.states(field.key);
    } else if constexpr (std::is_same_v<Member, std::optional<std::string>>) {
      member = parameters.text(field.key, field.limits.max);
    } else if (const auto word = parameters.text(field.key, text_bytes_max)) {
      member = word_from<Member>(field.key, *word);
    }
  });
  parameters.expect_no_others();
  return query;
}

template <Described Order>
[[nodiscard]] Order order_from(const std::string& text) {
  Body body(text);
  Order order;
  for_each_field<Order>([&](const auto& field) {
    auto& member = order.*field.member;
    using Member = std::remove_cvref_t<decltype(member)>;
    const auto& limits = field.limits;
    if constexpr (std::is_same_v<Member, std::string>) {
      member = body.text(field.key, limits.max, limits.is_required ? nullptr : member.c_str());
    } else if constexpr (std::is_same_v<Member, std::vector<std::string>>) {
      member = body.list(field.key, limits.items_max, limits.max);
    } else if constexpr (std::is_same_v<Member, Omittable<bool>>) {
      static_cast<std::optional<bool>&>(member) = body.flag(field.key);
    } else if constexpr (std::is_same_v<Member, Omittable<std::uint64_t>>) {
      static_cast<std::optional<std::uint64_t>&>(member) = body.number(field.key, limits.min, limits.max);
    } else if constexpr (std::is_same_v<Member, std::uint64_t>) {
      const auto number = body.number(field.key, limits.min, limits.max);
      if (!number) {
        throw BadRequest(field.key, "is missing");
      }
      member = *number;
    } else if constexpr (Texts<Member>) {
      member = body.texts(field.key, limits.items_max, limits.max);
    } else {
      member = word_from<Member>(field.key, body.text(field.key, limits.max));
    }
  });
  body.expect_no_others();
  return order;
}

}  // namespace robin::api
