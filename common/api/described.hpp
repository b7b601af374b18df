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

/// What is asked of a value that comes from outside; answers have none of these.
struct Limits {
  /// Of a number: the least and the greatest. Of a text: the greatest length in bytes.
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  /// Of a list or an object: the greatest number of items.
  std::size_t items_max = 0;
  /// It has no default.
  bool is_required = false;
  /// The only values that there are.
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

/// It has a name of its own in the description: others refer to it.
template <class Value>
concept Named = Described<Value> && requires {
  Value::name;
};

/// Calls visit(field) for each in order.
template <Described Value, class Visit>
void for_each_field(Visit visit) {
  std::apply([&visit](const auto&... field) { (visit(field), ...); }, Value::fields());
}

/// A key that may be left out; std::optional is null where there is nothing to say.
template <class Value>
struct Omittable : std::optional<Value> {
  using std::optional<Value>::optional;
};

/// An object of texts whose keys keep their order.
using OrderedTexts = std::vector<std::pair<std::string, std::string>>;

/// All of a kind.
template <class Item>
struct List {
  std::vector<Item> items = {};

  static auto fields() { return std::tuple{Field{"items", &List::items, "all of them"}}; }
};

/// Some of a kind, in order.
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
