#pragma once

// SqlStatement: one statement of the ledger in the words of both products. Most have one text; what must differ stands
// between braces, or is written twice with a comment that says why:
//
//   {u}             the rows of a SqlTable, as a table u with the columns that the statement names
//   {in $2 text}    = ANY ($2::text[]) in PostgreSQL, IN (SELECT value FROM json_each($2)) in SQLite
//   {for update}    and whatever else begins with `for `: a lock on rows; SQLite locks the file
//
// Values are parameters, never text put together. Immutable.

#include <string>
#include <vector>

namespace robin::adapters {

enum class SqlDialect { Postgres, Sqlite };

/// A column of the rows that a statement takes, by PostgreSQL's name for its type.
struct SqlColumn {
  const char* name;
  const char* type;
};

class SqlStatement {
 public:
  /// The same text in both products.
  explicit SqlStatement(const std::string& both) : SqlStatement(both, both) {}
  /// Empty: there is nothing to do in that product.
  SqlStatement(const std::string& postgres, const std::string& sqlite) : SqlStatement({}, 1, postgres, sqlite) {}
  /// With rows, whose parameters begin with number `first` after the single values.
  SqlStatement(std::vector<SqlColumn> columns, int first, const std::string& both)
      : SqlStatement(std::move(columns), first, both, both) {}
  SqlStatement(std::vector<SqlColumn> columns, int first, const std::string& postgres, const std::string& sqlite);

  /// Lives as long as this object.
  [[nodiscard]] const std::string& text(SqlDialect dialect) const {
    return dialect == SqlDialect::Postgres ? postgres_ : sqlite_;
  }
  [[nodiscard]] const std::vector<SqlColumn>& columns() const { return columns_; }

 private:
  std::vector<SqlColumn> columns_;
  std::string postgres_;
  std::string sqlite_;
};

/// The same statement for the two tables that hold work: what happens to a block and to an order of the auditor is one
/// text, in which
///   {works}      is blocks, or orders
///   {is w u}     says that row w of it is the work that u names by block_id, purpose and run
///   {block_id w}, {purpose w}  are those columns of row w
///   {open w}     says that nobody has closed it (a block is never closed)
struct SqlWorkStatement {
  SqlWorkStatement(std::vector<SqlColumn> columns, int first, const std::string& postgres, const std::string& sqlite);
  SqlWorkStatement(std::vector<SqlColumn> columns, int first, const std::string& both)
      : SqlWorkStatement(std::move(columns), first, both, both) {}
  explicit SqlWorkStatement(const std::string& both) : SqlWorkStatement({}, 1, both) {}

  SqlStatement of_blocks;
  SqlStatement of_orders;
};

}  // namespace robin::adapters
