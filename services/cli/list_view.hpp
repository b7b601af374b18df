#pragma once

// ListView: rows of a list as people, programs and spreadsheets want them: a table, JSON, or CSV (RFC 4180). A row is
// an object; columns name the keys that the table and CSV show.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/model.hpp"
#include "core/contract.hpp"

namespace robin::cli {

enum class ListOutput { Table, Json, Csv };

struct Column {
  const char* title;
  const char* key;
  bool is_number = false;
};

/// The JSON key of a member of an answer.
template <class Row, class Value>
[[nodiscard]] const char* key_of(Value Row::*member) {
  const char* key = nullptr;
  api::for_each_field<Row>([&](const auto& field) {
    if constexpr (std::is_same_v<decltype(field.member), Value Row::*>) {
      key = field.member == member ? field.key : key;
    }
  });
  ROBIN_ASSERT(key != nullptr, "every member of an answer is described");
  return key;
}

template <class Row, class Value>
[[nodiscard]] Column column(const char* title, Value Row::*member) {
  return {title, key_of(member),
          std::is_arithmetic_v<Value> || std::is_same_v<Value, std::optional<api::Id>> ||
              std::is_same_v<Value, std::optional<api::Count>>};
}

/// CSV has the keys as titles: of all members, or of these.
template <class Row>
[[nodiscard]] std::vector<Column> csv_columns() {
  std::vector<Column> all;
  api::for_each_field<Row>([&all](const auto& field) { all.push_back({"", field.key}); });
  return all;
}
/// Of findings: what is rendered from the factorisation is left out.
[[nodiscard]] std::vector<Column> finding_csv_columns();

/// The flag -o of lists; `text` is another word for table.
void add_list_output(CLI::App& command, std::string& output);
[[nodiscard]] ListOutput checked_list_output(const std::string& text);

/// What `rows` look like.
[[nodiscard]] std::string list_text(const std::vector<nlohmann::ordered_json>& rows, const std::vector<Column>& columns,
                                    ListOutput output);

/// One line of CSV for the columns' keys, and for one row.
[[nodiscard]] std::string csv_head(const std::vector<Column>& columns);
[[nodiscard]] std::string csv_line(const nlohmann::ordered_json& row, const std::vector<Column>& columns);

/// An age as people say it: 45 s, 3 min, 2 h, 5 d.
[[nodiscard]] std::string age_text(double seconds);

}  // namespace robin::cli
