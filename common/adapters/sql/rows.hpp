#pragma once

// SqlRows: what a statement found. A row is read by type and by the name of its column. The ledger may have been
// changed by anybody: what is no value of its type is refused with the column's name (runtime::Error), not believed,
// and so is a row that is missing. Used by one thread.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/wide_integer.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/ports/search_control.hpp"
#include "flow/ports/work.hpp"
#include "search/parameters.hpp"

namespace robin::adapters {

/// The cells of a result, as text, as a product has them.
class SqlCells {
 public:
  SqlCells() = default;
  SqlCells(const SqlCells&) = delete;
  SqlCells& operator=(const SqlCells&) = delete;
  virtual ~SqlCells() = default;
  [[nodiscard]] virtual std::size_t count() const = 0;
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;
  /// nullopt is NULL. The text lives as long as this object.
  [[nodiscard]] virtual std::optional<std::string_view> cell(std::size_t row, std::size_t column) const = 0;
  /// Rows that an INSERT, UPDATE or DELETE changed.
  [[nodiscard]] virtual std::size_t changed() const = 0;
  /// PostgreSQL at HOST:PORT, or store PATH.
  [[nodiscard]] virtual const std::string& place() const = 0;
};

// How each type is read from text; false: it is none.
[[nodiscard]] bool read_cell(std::string_view text, std::int64_t& value);
[[nodiscard]] bool read_cell(std::string_view text, std::uint64_t& value);
[[nodiscard]] bool read_cell(std::string_view text, std::uint32_t& value);
[[nodiscard]] bool read_cell(std::string_view text, double& value);
[[nodiscard]] bool read_cell(std::string_view text, bool& value);
[[nodiscard]] bool read_cell(std::string_view text, std::string& value);
[[nodiscard]] bool read_cell(std::string_view text, core::uint128& value);
[[nodiscard]] bool read_cell(std::string_view text, search::Position& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::BlockId& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::SearchId& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::Attempt& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::Epoch& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::BlockState& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::RunState& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::ControlState& value);
[[nodiscard]] bool read_cell(std::string_view text, flow::Purpose& value);
/// One JSON object of strings (the extras of a result, the state of a certifier), one JSON list of strings.
[[nodiscard]] bool read_cell(std::string_view text, std::map<std::string, std::string>& value);
[[nodiscard]] bool read_cell(std::string_view text, std::vector<std::string>& value);
/// Ids with a space between.
[[nodiscard]] bool read_cell(std::string_view text, std::vector<flow::BlockId>& value);

class SqlRow {
 public:
  SqlRow(const SqlCells& cells, std::size_t row) : cells_(cells), row_(row) {}

  /// The column of that name, which is not NULL.
  template <class Value>
  [[nodiscard]] Value get(const char* name) const {
    Value value{};
    const auto text = cell(name);
    if (!text || !read_cell(*text, value)) {
      refuse(word_for(value), name);
    }
    return value;
  }
  /// nullopt where it is NULL.
  template <class Value>
  [[nodiscard]] std::optional<Value> find(const char* name) const {
    return cell(name) ? std::optional<Value>(get<Value>(name)) : std::nullopt;
  }
  /// Empty where it is NULL.
  [[nodiscard]] std::string text(const char* name) const { return std::string(cell(name).value_or("")); }

  // What several columns make, under the names that they have in every statement.
  /// begin_at, end_at
  [[nodiscard]] search::Block range() const;
  /// block_id, purpose, run
  [[nodiscard]] flow::WorkKey key() const;
  /// mode, threshold, digest_kind
  [[nodiscard]] search::Parameters parameters() const;
  /// factorization, ratio_lo, ratio_hi
  [[nodiscard]] search::Witness witness() const;

 private:
  [[nodiscard]] std::optional<std::string_view> cell(const char* name) const;
  [[noreturn]] void refuse(const char* what, const char* name) const;

  // What a value is called where it is refused.
  static constexpr const char* word_for(const std::string& /*value*/) { return "text"; }
  static constexpr const char* word_for(const bool& /*value*/) { return "truth value"; }
  static constexpr const char* word_for(const flow::BlockState& /*value*/) { return "state of a block"; }
  static constexpr const char* word_for(const flow::RunState& /*value*/) { return "state of a search"; }
  static constexpr const char* word_for(const flow::ControlState& /*value*/) { return "state of the drain"; }
  static constexpr const char* word_for(const flow::Purpose& /*value*/) { return "purpose"; }
  static constexpr const char* word_for(const std::map<std::string, std::string>& /*value*/) {
    return "JSON of strings";
  }
  static constexpr const char* word_for(const std::vector<std::string>& /*value*/) { return "JSON of strings"; }
  template <class Number>
  static constexpr const char* word_for(const Number& /*value*/) {
    return "number";
  }

  const SqlCells& cells_;
  std::size_t row_;
};

class SqlRows {
 public:
  explicit SqlRows(std::unique_ptr<SqlCells> cells) : cells_(std::move(cells)) {}

  class Iterator {
   public:
    Iterator(const SqlCells& cells, std::size_t row) : cells_(&cells), row_(row) {}
    SqlRow operator*() const { return {*cells_, row_}; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.row_ == b.row_; }

   private:
    const SqlCells* cells_;
    std::size_t row_;
  };
  [[nodiscard]] Iterator begin() const { return {*cells_, 0}; }
  [[nodiscard]] Iterator end() const { return {*cells_, count()}; }
  [[nodiscard]] std::size_t count() const { return cells_->count(); }
  [[nodiscard]] bool is_empty() const { return count() == 0; }
  [[nodiscard]] std::size_t changed() const { return cells_->changed(); }
  /// The only row; throws runtime::Error if there is none, or more.
  [[nodiscard]] SqlRow one() const;
  /// What `read` makes of each row.
  template <class Read>
  [[nodiscard]] auto all(Read read) const {
    std::vector<decltype(read(*begin()))> values;
    values.reserve(count());
    for (const SqlRow row : *this) {
      values.push_back(read(row));
    }
    return values;
  }
  [[nodiscard]] const std::vector<std::string>& columns() const { return cells_->columns(); }

 private:
  std::unique_ptr<SqlCells> cells_;
};

}  // namespace robin::adapters
