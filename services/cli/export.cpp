// robin export: everything that was found, or every block, as CSV or JSON, in order, page by page: so it may be as long
// as the ledger is.

#include <memory>

#include "api/limits.hpp"
#include "cli/api_source.hpp"
#include "cli/commands.hpp"
#include "cli/list_view.hpp"
#include "cli/output_file.hpp"
#include "cli/search_flags.hpp"

namespace robin::cli {
namespace {

using Json = api::Json;

constexpr std::uint64_t everything = UINT64_MAX;

struct ExportFlags {
  ServerFlags server;
  std::string what;
  std::string search;
  std::string kind = "witness";
  std::string format = "csv";
  std::string out;
};

int run_export(const ExportFlags& flags) {
  if (flags.format != "csv" && flags.format != "json") {
    throw CLI::ValidationError("--format", "'" + flags.format + "' is none of csv, json");
  }
  const bool is_csv = flags.format == "csv";
  ApiSource::Query query;
  std::string path = "blocks";
  std::uint64_t limit = everything;
  if (!flags.search.empty()) {
    query["search"] = std::to_string(checked_number("--search", flags.search, 1, INT64_MAX));
  }
  const std::string kind = checked_kind(flags.kind);
  if (flags.what == "witnesses") {
    if (flags.search.empty()) {
      throw CLI::ValidationError("--search", "is needed: witnesses are in the order of one search (robin status)");
    }
    path = "searches/" + query["search"] + "/witnesses";
    query = {{"kind", kind}};
  } else if (flags.what == "records") {
    path = "records";
    query["kind"] = kind;
    query["top"] = std::to_string(api::page_max);
    limit = api::page_max;
  } else if (flags.what != "blocks") {
    throw CLI::ValidationError("WHAT", "'" + flags.what + "' is none of witnesses, blocks, records");
  }
  const auto columns = flags.what == "blocks" ? csv_columns<api::Block>() : finding_csv_columns();
  const auto source = open_api(flags.server);
  OutputFile sink("--out", flags.out);
  std::uint64_t rows = 0;
  const auto visit = [&](const Json& row) {
    // Nothing is begun before there is an answer.
    const bool is_first = rows++ == 0;
    sink.write(is_csv ? (is_first ? csv_head(columns) : "") + csv_line(row, columns)
                      : (is_first ? "[" : ",\n") + row.dump());
  };
  if (flags.what == "records") {
    const Json page = source->get(path, query);
    static_cast<void>(ApiSource::understood<api::List<api::Finding>>(page));
    for (const Json& row : page.at("items")) {
      visit(row);
    }
  } else if (flags.what == "blocks") {
    source->each<api::Block>(path, query, limit, [&](const auto& /*item*/, const Json& row) { visit(row); });
  } else {
    source->each<api::Finding>(path, query, limit, [&](const auto& /*item*/, const Json& row) { visit(row); });
  }
  if (is_csv) {
    sink.write(rows == 0 ? csv_head(columns) : "");
  } else {
    sink.write(rows == 0 ? "[]\n" : "]\n");
  }
  sink.finish();
  return number(ExitStatus::Done);
}

}  // namespace

void add_export(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("export", "Witnesses, blocks or records, all of them, as CSV or JSON");
  auto flags = std::make_shared<ExportFlags>();
  command->add_option("WHAT", flags->what, "witnesses, blocks or records")->required();
  command->add_option("--search", flags->search, "of this search");
  command->add_option("--kind", flags->kind, either(core::all_words<flow::Finding>()))->capture_default_str();
  command->add_option("--format", flags->format, "csv or json")->capture_default_str();
  command->add_option("--out", flags->out, "a file [stdout]");
  flags->server.add_to(*command);
  command->footer(
      "Examples:\n  robin export witnesses --search 1 --out witnesses.csv\n"
      "  robin export blocks --format json | jq 'length'\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_export(*flags); }; });
}

}  // namespace robin::cli
