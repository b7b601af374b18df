// robin status, blocks, workers, queues, records and events: what the cluster is doing, and what it found.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "api/limits.hpp"
#include "api/queries.hpp"
#include "cli/api_source.hpp"
#include "cli/cluster_view.hpp"
#include "cli/commands.hpp"
#include "cli/list_view.hpp"
#include "cli/search_flags.hpp"
#include "runtime/plain_text.hpp"

namespace robin::cli {
namespace {

using Json = api::Json;

constexpr std::uint64_t limit_max = 100'000;
constexpr std::uint64_t id_max = INT64_MAX;

struct ListFlags {
  ServerFlags server;
  std::string search;
  std::vector<std::string> states;
  std::string after;
  std::string limit = "100";
  std::string kind;
  std::string group_by;
  std::string output = "table";

  /// Of a search only, if one is named.
  [[nodiscard]] ApiSource::Query query() const {
    ApiSource::Query query;
    if (!search.empty()) {
      query["search"] = std::to_string(checked_number("--search", search, 1, id_max));
    }
    return query;
  }
};

int run_status(const ServerFlags& server, const std::string& output_text) {
  const Output output = checked_output(output_text);
  const Json status = open_api(server)->get("status");
  print(output == Output::Json ? status.dump() + "\n" : status_text(ApiSource::understood<api::Status>(status)));
  return number(ExitStatus::Done);
}

/// The rows of a list that has no pages.
template <class Row>
std::vector<Json> rows_of(ApiSource& source, const std::string& path, const ApiSource::Query& query) {
  const Json page = source.get(path, query);
  static_cast<void>(ApiSource::understood<api::List<Row>>(page));
  return page.at("items").get<std::vector<Json>>();
}

/// The API groups failed and quarantined blocks together; those of other states are counted here.
std::vector<Json> groups_of(ApiSource& source, const ApiSource::Query& query) {
  constexpr std::size_t examples_max = 10;
  std::map<std::optional<std::string>, api::ErrorGroup> by_error;
  source.each<api::Block>("blocks", query, limit_max, [&by_error](const api::Block& block, const Json& /*row*/) {
    auto& group = by_error[block.error];
    group.error = block.error;
    if (group.blocks++ < examples_max) {
      group.ids.push_back(block.id);
    }
  });
  std::vector<Json> rows;
  for (const auto& [error, group] : by_error) {
    rows.push_back(api::json_of(group));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Json& a, const Json& b) { return a["blocks"] > b["blocks"]; });
  return rows;
}

/// How many blocks have which error, the most frequent first, with the first of them.
int run_groups(ApiSource& source, ApiSource::Query query, ListOutput output) {
  using api::ErrorGroup;
  const auto states = query.find("state");
  const bool are_retried = states == query.end() || states->second == "failed,quarantined";
  std::vector<Json> rows;
  if (are_retried) {
    query.erase("state");
    query["limit"] = std::to_string(api::page_max);
    rows = rows_of<ErrorGroup>(source, "blocks/errors", query);
  } else {
    rows = groups_of(source, query);
  }
  if (output != ListOutput::Json) {
    for (auto& row : rows) {
      row["first"] = row["ids"].empty() ? Json() : row["ids"].front();
    }
  }
  print(list_text(
      rows, {column("BLOCKS", &ErrorGroup::blocks), {"FIRST", "first", true}, column("ERROR", &ErrorGroup::error)},
      output));
  return number(ExitStatus::Done);
}

int run_list(const ListFlags& flags) {
  using api::Block;
  const ListOutput output = checked_list_output(flags.output);
  if (!flags.group_by.empty() && flags.group_by != "error") {
    throw CLI::ValidationError("--group-by", "'" + flags.group_by + "' is none of error");
  }
  const auto limit = checked_number("--limit", flags.limit, 1, limit_max);
  ApiSource::Query query = flags.query();
  if (!flags.after.empty()) {
    query["after"] = std::to_string(checked_number("--after", flags.after, 0, id_max));
  }
  for (const auto& state : flags.states) {
    static_cast<void>(checked_state(state));
    query["state"] += (query["state"].empty() ? "" : ",") + state;
  }
  const auto source = open_api(flags.server);
  if (!flags.group_by.empty()) {
    return run_groups(*source, query, output);
  }
  std::vector<Json> rows;
  const bool more = source->each<Block>("blocks", query, limit, [&](const Block& block, const Json& row) {
    rows.push_back(row);
    if (output == ListOutput::Table) {
      rows.back()["range"] = "[" + block.begin + ", " + block.end + ")";
    }
  });
  const std::vector<Column> columns =
      output == ListOutput::Csv
          ? csv_columns<Block>()
          : std::vector<Column>{column("ID", &Block::id),         column("SEARCH", &Block::search),
                                column("STATE", &Block::state),   column("ATTEMPTS", &Block::attempts),
                                column("WORKER", &Block::worker), {"RANGE", "range"},
                                column("ERROR", &Block::error)};
  print(list_text(rows, columns, output));
  if (more && output == ListOutput::Table) {
    print(fmt::format("... the next page: --after {}\n", rows.back()["id"].get<api::Id>()));
  }
  return number(ExitStatus::Done);
}

int run_show(const ServerFlags& server, const std::string& id_text, const std::string& output_text) {
  const Output output = checked_output(output_text);
  const auto id = checked_number("ID", id_text, 1, id_max);
  const Json block = open_api(server)->get("blocks/" + std::to_string(id));
  print(output == Output::Json ? block.dump() + "\n" : block_text(ApiSource::understood<api::BlockDetail>(block)));
  return number(ExitStatus::Done);
}

struct RetryFlags {
  ServerFlags server;
  std::vector<std::string> ids;
  std::string state;
  bool all = false;
  bool yes = false;
};

int run_retry(const RetryFlags& flags) {
  api::RetryOrder order;
  if (flags.ids.empty() == flags.state.empty()) {
    throw CLI::ValidationError("retry", "name blocks by their ids, or all in a state: --state failed --all");
  }
  for (const auto& id : flags.ids) {
    order.ids.push_back(std::to_string(checked_number("ID", id, 1, id_max)));
  }
  if (!flags.state.empty()) {
    const auto state = checked_state(flags.state);
    if (std::find(api::retried_states.begin(), api::retried_states.end(), state) == api::retried_states.end()) {
      throw CLI::ValidationError("--state", "must be failed or quarantined: no other block is tried again");
    }
    if (!flags.all || !flags.yes) {
      throw CLI::ValidationError("--state", "all blocks in a state are tried again with --all --yes");
    }
    order.states = {flags.state};
  }
  const auto answer = open_api(flags.server)->post<api::Retried>("blocks/retry", order);
  print(fmt::format("{} blocks are tried again\n", answer.blocks));
  return number(ExitStatus::Done);
}

int run_workers(const ListFlags& flags) {
  using api::Worker;
  const ListOutput output = checked_list_output(flags.output);
  const auto limit = checked_number("--limit", flags.limit, 1, api::page_max);
  auto rows = rows_of<Worker>(*open_api(flags.server), "workers", {{"limit", std::to_string(limit)}});
  if (output != ListOutput::Json) {
    for (auto& row : rows) {
      const auto worker = ApiSource::understood<Worker>(row);
      std::string blocks;
      for (const auto& [block, age] : worker.running) {
        blocks += fmt::format("{}{} ({})", blocks.empty() ? "" : ", ", block, age_text(age));
      }
      row["heard"] = age_text(worker.heard_age_seconds) + " ago";
      row["running"] = blocks.empty() ? Json() : Json(blocks);
    }
  }
  const std::vector<Column> columns =
      output == ListOutput::Csv
          ? csv_columns<Worker>()
          : std::vector<Column>{
                column("WORKER", &Worker::worker), {"HEARD OF", "heard"}, column("RUNNING BLOCKS", &Worker::running)};
  print(list_text(rows, columns, output));
  return number(ExitStatus::Done);
}

int run_queues(const ListFlags& flags) {
  using api::Queue;
  const ListOutput output = checked_list_output(flags.output);
  const auto rows = rows_of<Queue>(*open_api(flags.server), "queues", {});
  print(list_text(rows,
                  {column("QUEUE", &Queue::queue), column("READY", &Queue::ready), column("UNACKED", &Queue::unacked)},
                  output));
  return number(ExitStatus::Done);
}

int run_records(const ListFlags& flags) {
  using api::Finding;
  const ListOutput output = checked_list_output(flags.output);
  ApiSource::Query query = flags.query();
  if (!flags.kind.empty()) {
    query["kind"] = checked_kind(flags.kind);
  }
  query["top"] = std::to_string(checked_number("--top", flags.limit, 1, api::page_max));
  const auto rows = rows_of<Finding>(*open_api(flags.server), "records", query);
  const std::vector<Column> columns =
      output == ListOutput::Csv
          ? finding_csv_columns()
          : std::vector<Column>{column("RATIO", &Finding::ratio_lo), column("SEARCH", &Finding::search),
                                column("BLOCK", &Finding::block), column("FOUND", &Finding::found_at),
                                column("NUMBER", &Finding::factorization)};
  print(list_text(rows, columns, output));
  return number(ExitStatus::Done);
}

int run_events(const ListFlags& flags) {
  using api::Event;
  const ListOutput output = checked_list_output(flags.output);
  ApiSource::Query query = flags.query();
  if (!flags.kind.empty()) {
    if (!runtime::is_visible_ascii(flags.kind) || flags.kind.size() > api::text_bytes_max) {
      throw CLI::ValidationError("--kind", "is no kind of event (write alarm, disputed, drain, ...)");
    }
    query["kind"] = flags.kind;
  }
  query["limit"] = std::to_string(checked_number("--limit", flags.limit, 1, api::page_max));
  const auto rows = rows_of<Event>(*open_api(flags.server), "events", query);
  print(list_text(rows,
                  {column("AT", &Event::at), column("KIND", &Event::kind), column("SEARCH", &Event::search),
                   column("BLOCK", &Event::block), column("", &Event::message)},
                  output));
  return number(ExitStatus::Done);
}

std::shared_ptr<ListFlags> list_flags(CLI::App& command) {
  auto flags = std::make_shared<ListFlags>();
  flags->server.add_to(command);
  add_list_output(command, flags->output);
  return flags;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("status", "Searches, drain and queues of the cluster");
  auto server = std::make_shared<ServerFlags>();
  auto output = std::make_shared<std::string>("text");
  server->add_to(*command);
  add_output(*command, *output);
  command->footer(
      "The database is named by ROBIN_DATABASE_URL, RabbitMQ's management API by ROBIN_MANAGEMENT_URL; a secret may\n"
      "stay in a file: ROBIN_DATABASE_URL_FILE. With --server a gateway answers instead.\n\n"
      "Examples:\n  robin status\n  robin status --server http://127.0.0.1:8080 -o json\n");
  command->callback(
      [&context, server, output] { context.chosen = [server, output] { return run_status(*server, *output); }; });
}

void add_blocks(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("blocks", "Look at the blocks of the cluster");
  command->require_subcommand(1);
  command->footer("Examples:\n  robin blocks list --state failed\n  robin blocks show 17\n");
  auto* list = command->add_subcommand("list", "Blocks by id");
  auto flags = list_flags(*list);
  list->add_option("--search", flags->search, "only those of this search");
  list->add_option("--state", flags->states, "only in these states: pending, queued, ... (comma between them)")
      ->delimiter(',');
  list->add_option("--after", flags->after, "only ids greater than this: the next page");
  list->add_option("--limit", flags->limit, "how many at most")->capture_default_str();
  list->add_option("--group-by", flags->group_by, "error: how many blocks have which one");
  list->footer(
      "Examples:\n  robin blocks list --state failed,quarantined\n"
      "  robin blocks list --state quarantined --group-by error\n");
  list->callback([&context, flags] { context.chosen = [flags] { return run_list(*flags); }; });

  auto* retry = command->add_subcommand("retry", "Have failed or quarantined blocks tried again");
  auto retry_flags = std::make_shared<RetryFlags>();
  retry_flags->server.add_to(*retry);
  retry->add_option("ID", retry_flags->ids, "blocks");
  retry->add_option("--state", retry_flags->state, "all that are failed, or quarantined");
  retry->add_flag("--all", retry_flags->all, "with --state: all of them");
  retry->add_flag("--yes", retry_flags->yes, "with --all: no question");
  retry->footer("Examples:\n  robin blocks retry 17 18\n  robin blocks retry --state quarantined --all --yes\n");
  retry->callback([&context, retry_flags] { context.chosen = [retry_flags] { return run_retry(*retry_flags); }; });

  auto* show = command->add_subcommand("show", "One block with its failures");
  auto server = std::make_shared<ServerFlags>();
  auto id = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("text");
  server->add_to(*show);
  show->add_option("ID", *id, "the block")->required();
  add_output(*show, *output);
  show->footer("Examples:\n  robin blocks show 17\n  robin blocks show 17 -o json\n");
  show->callback([&context, server, id, output] {
    context.chosen = [server, id, output] { return run_show(*server, *id, *output); };
  });
}

void add_workers(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("workers", "Workers, those heard of last first");
  auto flags = list_flags(*command);
  command->add_option("--limit", flags->limit, "how many at most")->capture_default_str();
  command->footer("Examples:\n  robin workers\n  robin workers -o csv\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_workers(*flags); }; });
}

void add_queues(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("queues", "How many messages are ready and unacked");
  auto flags = list_flags(*command);
  command->footer("Examples:\n  robin queues\n  robin queues --server http://127.0.0.1:8080 -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_queues(*flags); }; });
}

void add_records(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("records", "The greatest ratios that were found");
  auto flags = list_flags(*command);
  flags->limit = "20";
  command->add_option("--top", flags->limit, "how many")->capture_default_str();
  command->add_option("--search", flags->search, "only of this search");
  command->add_option("--kind", flags->kind, either(core::all_words<flow::Finding>()) + " [witness]");
  command->footer("Examples:\n  robin records --top 50\n  robin records --kind violation -o csv\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_records(*flags); }; });
}

void add_events(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("events", "What happened, the newest first");
  auto flags = list_flags(*command);
  flags->limit = "50";
  command->add_option("--limit", flags->limit, "how many at most")->capture_default_str();
  command->add_option("--kind", flags->kind, "only of this kind: alarm, disputed, drain, ...");
  command->footer("Examples:\n  robin events\n  robin events --kind alarm -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_events(*flags); }; });
}

}  // namespace robin::cli
