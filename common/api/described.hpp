#pragma once

// Described: a struct that names its members and says what they mean, each once, in fields(). From that come its JSON,
// the reading of that JSON, its schema in the description of the API, the type of the dashboard, and the columns of the
// command line. A derived struct puts its fields behind those of its base. Values; any thread may call.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace robin::api {

/// What a value from outside must fulfil. Fields of answers have no limits.
struct Limits {
  /// Of a number the least and the greatest value; of a text (max) the greatest length in bytes.
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  /// Of a list or an object the greatest number of items.
  std::size_t items_max = 0;
  /// Whether the value must be given: then it has no default.
  bool is_required = false;
  /// The words that the value may be; nullptr: any text within the limits.
  std::vector<std::string> (*words)() = nullptr;
};

template <class Owner, class Value>
struct Field {
  const char* key;
  Value Owner::*member;
  const char* meaning;
  Limits limits = {};
};

template <class Owner, class Value>
Field(const char*, Value Owner::*, const char*) -> Field<Owner, Value>;
template <class Owner, class Value>
Field(const char*, Value Owner::*, const char*, Limits) -> Field<Owner, Value>;

template <class Value>
concept Described = requires {
  Value::fields();
};

/// A described struct with a name in the OpenAPI description, by which others refer to it.
template <class Value>
concept Named = Described<Value> && requires {
  Value::name;
};

/// Calls visit(field) for each described field, in order.
template <Described Value, class Visit>
void for_each_field(Visit visit) {
  std::apply([&visit](const auto&... field) { (visit(field), ...); }, Value::fields());
}

/// A key that may be left out of the JSON. (A plain std::optional is always there, as null.)
template <class Value>
struct Omittable : std::optional<Value> {
  using std::optional<Value>::optional;
};

/// An object of texts whose keys keep their order.
using OrderedTexts = std::vector<std::pair<std::string, std::string>>;

/// An answer that lists everything of a kind.
template <class Item>
struct List {
  std::vector<Item> items = {};

  static auto fields() { return std::tuple{Field{"items", &List::items, "all of them"}}; }
};

/// An answer that lists a part of a kind, in order, and how to ask for the next part.
template <class Item, class Cursor>
struct Page {
  std::vector<Item> items = {};
  std::optional<Cursor> next = {};

  static auto fields() {
    return std::tuple{Field{"items", &Page::items, "in order"},
                      Field{"next", &Page::next, "the cursor of the next page, as `after`; null at the end"}};
  }
};

}  // namespace robin::api
