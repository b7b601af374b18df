#pragma once

// ListView: rows of a list as people, programs and spreadsheets want them: a table, JSON, or CSV (RFC 4180). A row is
// an object; columns name the keys that the table and CSV show.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace robin::cli {

enum class ListOutput { Table, Json, Csv };

struct Column {
  const char* title;
  const char* key;
  bool is_number = false;
};

/// The flag -o of lists; `text` is another word for table.
void add_list_output(CLI::App& command, std::string& output);
[[nodiscard]] ListOutput checked_list_output(const std::string& text);

/// What `rows` look like.
[[nodiscard]] std::string list_text(const std::vector<nlohmann::ordered_json>& rows, const std::vector<Column>& columns,
                                    ListOutput output);

/// One line of CSV for the columns' keys, and for one row.
[[nodiscard]] std::string csv_head(const std::vector<Column>& columns);
[[nodiscard]] std::string csv_line(const nlohmann::ordered_json& row, const std::vector<Column>& columns);

/// 45 s, 3 min, 2 h, 5 d.
[[nodiscard]] std::string age_text(double seconds);

}  // namespace robin::cli
