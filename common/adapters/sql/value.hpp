#pragma once

// SqlValue: a parameter of a statement. SqlTable: rows of them, of which one statement makes many changes at once. A
// product writes them as it must: a position is a number in PostgreSQL and a text of fixed length in SQLite, a list or
// a column of a table an array in the one and JSON in the other.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/position_key.hpp"
#include "flow/ports/block_state.hpp"
#include "flow/ports/work.hpp"

namespace robin::adapters {

class SqlValue {
 public:
  using Integers = std::vector<std::int64_t>;
  using Texts = std::vector<std::string>;
  using Variant =
      std::variant<std::monostate, std::int64_t, double, bool, std::string, search::Position, Integers, Texts>;

  SqlValue() = default;  ///< NULL
  // NOLINTBEGIN(google-explicit-constructor): a list of parameters reads as values
  SqlValue(int value) : value_(std::int64_t{value}) {}
  SqlValue(std::int64_t value) : value_(value) {}
  SqlValue(std::uint32_t value) : value_(std::int64_t{value}) {}
  /// Beyond 2^63 - 1 it is that: limits are given so.
  SqlValue(std::size_t value) : value_(static_cast<std::int64_t>(value > INT64_MAX ? INT64_MAX : value)) {}
  SqlValue(double value) : value_(value) {}
  SqlValue(bool value) : value_(value) {}
  SqlValue(const char* value) : value_(std::string(value)) {}
  SqlValue(std::string value) : value_(std::move(value)) {}
  SqlValue(std::string_view value) : value_(std::string(value)) {}
  SqlValue(search::Position value) : value_(value) {}
  SqlValue(core::uint128 value) : value_(wide_text(value)) {}
  SqlValue(flow::BlockId id) : value_(id.value) {}
  SqlValue(flow::SearchId id) : value_(id.value) {}
  SqlValue(flow::Epoch epoch) : value_(epoch.value) {}
  SqlValue(flow::Attempt attempt) : value_(std::int64_t{attempt.value}) {}
  SqlValue(flow::BlockState state) : value_(std::string(flow::text(state))) {}
  SqlValue(const flow::Purpose& purpose) : value_(flow::text(purpose)) {}
  SqlValue(Integers values) : value_(std::move(values)) {}
  SqlValue(Texts values) : value_(std::move(values)) {}
  template <class Value>
  SqlValue(const std::optional<Value>& value) {
    if (value) {
      *this = SqlValue(*value);
    }
  }
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const Variant& get() const { return value_; }

 private:
  Variant value_;
};

using SqlValues = std::vector<SqlValue>;

/// Rows with the columns of the statement that takes them.
class SqlTable {
 public:
  void add(SqlValues row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool is_empty() const { return rows_.empty(); }
  [[nodiscard]] const std::vector<SqlValues>& rows() const { return rows_; }

 private:
  std::vector<SqlValues> rows_;
};

}  // namespace robin::adapters
