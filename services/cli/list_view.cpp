#include "cli/list_view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace robin::cli {
namespace {

using nlohmann::ordered_json;

std::string cell(const ordered_json& row, const char* key, const char* nothing) {
  const auto found = row.find(key);
  if (found == row.end() || found->is_null()) {
    return nothing;
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

/// As a spreadsheet reads it: a text that begins as its formulas do, and is no number, has an apostrophe before it.
std::string quoted(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos &&
      text.find_first_not_of("0123456789.", 1) != std::string::npos) {
    text.insert(0, 1, '\'');
  }
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string all = "\"";
  for (const char c : text) {
    all.append(c == '"' ? 2 : 1, c);
  }
  return all + "\"";
}

std::string table(const std::vector<ordered_json>& rows, const std::vector<Column>& columns) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) {
    std::size_t width = std::string_view(column.title).size();
    for (const auto& row : rows) {
      width = std::max(width, cell(row, column.key, "-").size());
    }
    widths.push_back(width);
  }
  const auto line = [&](const auto& text_of) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      text += i == 0 ? "" : "  ";
      text += columns[i].is_number ? fmt::format("{:>{}}", text_of(columns[i]), widths[i])
                                   : fmt::format("{:<{}}", text_of(columns[i]), widths[i]);
    }
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  std::string text = line([](const Column& column) { return std::string(column.title); });
  for (const auto& row : rows) {
    text += line([&row](const Column& column) { return cell(row, column.key, "-"); });
  }
  return text;
}

}  // namespace

std::vector<Column> finding_csv_columns() {
  using api::Finding;
  return {column("", &Finding::factorization),   column("", &Finding::ratio_lo), column("", &Finding::ratio_hi),
          column("", &Finding::known_exception), column("", &Finding::search),   column("", &Finding::block),
          column("", &Finding::found_at)};
}

void add_list_output(CLI::App& command, std::string& output) {
  command.add_option("-o,--output", output, "table, json or csv")->capture_default_str();
}

ListOutput checked_list_output(const std::string& text) {
  if (text == "table" || text == "text") {
    return ListOutput::Table;
  }
  if (text == "json") {
    return ListOutput::Json;
  }
  if (text == "csv") {
    return ListOutput::Csv;
  }
  throw CLI::ValidationError("--output", "'" + text + "' is none of table, json, csv");
}

std::string list_text(const std::vector<ordered_json>& rows, const std::vector<Column>& columns, ListOutput output) {
  if (output == ListOutput::Json) {
    return ordered_json(rows).dump() + "\n";
  }
  if (output == ListOutput::Table) {
    return table(rows, columns);
  }
  std::string text = csv_head(columns);
  for (const auto& row : rows) {
    text += csv_line(row, columns);
  }
  return text;
}

std::string csv_head(const std::vector<Column>& columns) {
  std::string line;
  for (const Column& column : columns) {
    line.append(line.empty() ? "" : ",").append(column.key);
  }
  return line + "\n";
}

std::string csv_line(const ordered_json& row, const std::vector<Column>& columns) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    line.append(i == 0 ? "" : ",").append(quoted(cell(row, columns[i].key, "")));
  }
  return line + "\n";
}

std::string age_text(double seconds) {
  if (seconds < 120) {
    return fmt::format("{:.0f} s", seconds);
  }
  if (seconds < 7200) {
    return fmt::format("{:.0f} min", seconds / 60);
  }
  return seconds < 172'800 ? fmt::format("{:.0f} h", seconds / 3600) : fmt::format("{:.0f} d", seconds / 86'400);
}

}  // namespace robin::cli
