#include "adapters/sql/statement.hpp"

#include <functional>
#include <sstream>
#include <utility>

#include "core/contract.hpp"

namespace robin::adapters {
namespace {

using Words = std::vector<std::string>;

/// Replaces each {...} by what `meaning` says of its words; what it does not know stays.
std::string replaced(const std::string& text, const std::function<bool(const Words&, std::string&)>& meaning) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    out.append(text, at, (close == std::string::npos ? text.size() : open) - at);
    if (close == std::string::npos) {
      return out;
    }
    Words words;
    std::istringstream inside(text.substr(open + 1, close - open - 1));
    for (std::string word; inside >> word;) {
      words.push_back(word);
    }
    std::string meant;
    out += meaning(words, meant) ? meant : text.substr(open, close + 1 - open);
    at = close + 1;
  }
}

std::string joined(const std::vector<SqlColumn>& columns, const std::function<std::string(std::size_t)>& part) {
  std::string all;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    all += (i == 0 ? "" : ", ") + part(i);
  }
  return all;
}

std::string rows_in(SqlDialect dialect, const std::vector<SqlColumn>& columns, int first) {
  ROBIN_ASSERT(!columns.empty(), "a statement with {u} names its columns");
  if (dialect == SqlDialect::Postgres) {
    return "unnest(" +
           joined(columns,
                  [&](std::size_t i) {
                    return "$" + std::to_string(first + static_cast<int>(i)) + "::" + columns[i].type + "[]";
                  }) +
           ") AS u (" + joined(columns, [&](std::size_t i) { return std::string(columns[i].name); }) + ")";
  }
  return "(SELECT " +
         joined(columns, [&](std::size_t i) { return "value->>" + std::to_string(i) + " AS " + columns[i].name; }) +
         " FROM json_each($" + std::to_string(first) + ")) AS u";
}

std::string in_dialect(SqlDialect dialect, const std::string& text, const std::vector<SqlColumn>& columns, int first) {
  const bool is_postgres = dialect == SqlDialect::Postgres;
  return replaced(text, [&](const Words& words, std::string& meant) {
    if (words == Words{"u"}) {
      meant = rows_in(dialect, columns, first);
    } else if (words.size() == 3 && words[0] == "in") {
      meant = is_postgres ? "= ANY (" + words[1] + "::" + words[2] + "[])"
                          : "IN (SELECT value FROM json_each(" + words[1] + "))";
    } else if (words.size() >= 2 && words[0] == "for") {
      for (const auto& word : words) {
        meant += is_postgres ? " " + word : "";
      }
    } else {
      return false;
    }
    return true;
  });
}

std::string of_table(bool blocks, const std::string& text) {
  return replaced(text, [blocks](const Words& words, std::string& meant) {
    const std::string w = words.size() > 1 ? words[1] + "." : "";
    if (words == Words{"works"}) {
      meant = blocks ? "blocks" : "orders";
    } else if (words.size() == 3 && words[0] == "is") {
      const std::string u = words[2] + ".";
      meant = blocks ? w + "id = " + u + "block_id"
                     : w + "block_id = " + u + "block_id AND " + w + "purpose = " + u + "purpose AND " + w +
                           "run = " + u + "run";
    } else if (words.size() == 2 && words[0] == "block_id") {
      meant = w + (blocks ? "id" : "block_id");
    } else if (words.size() == 2 && words[0] == "purpose") {
      meant = blocks ? "'search'" : w + "purpose";
    } else if (words.size() == 2 && words[0] == "open") {
      meant = blocks ? "true" : w + "closed_at IS NULL";
    } else {
      return false;
    }
    return true;
  });
}

}  // namespace

SqlStatement::SqlStatement(std::vector<SqlColumn> columns, int first, const std::string& postgres,
                           const std::string& sqlite)
    : columns_(std::move(columns)),
      postgres_(in_dialect(SqlDialect::Postgres, postgres, columns_, first)),
      sqlite_(in_dialect(SqlDialect::Sqlite, sqlite, columns_, first)) {}

SqlWorkStatement::SqlWorkStatement(std::vector<SqlColumn> columns, int first, const std::string& postgres,
                                   const std::string& sqlite)
    : of_blocks(columns, first, of_table(true, postgres), of_table(true, sqlite)),
      of_orders(columns, first, of_table(false, postgres), of_table(false, sqlite)) {}

}  // namespace robin::adapters
