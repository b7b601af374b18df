// robin status, robin blocks list and robin blocks show: what the cluster is doing, from its ledger and its queues.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cluster_access.hpp"
#include "cli/cluster_view.hpp"
#include "cli/commands.hpp"
#include "cli/search_flags.hpp"
#include "runtime/error.hpp"

namespace robin::cli {
namespace {

constexpr std::array<const char*, 3> queue_names = {"robin.blocks", "robin.results", "robin.dead"};
constexpr std::uint64_t limit_max = 100'000;
constexpr std::size_t events_max = 10'000;

using Id = std::uint64_t;
constexpr Id id_max = INT64_MAX;

struct ListFlags {
  std::string search;
  std::vector<std::string> states;
  std::string after;
  std::string limit = "100";
  std::string group_by;
  std::string output = "text";
};

int run_status(const std::string& output_text) {
  const Output output = checked_output(output_text);
  const auto management_url = cluster_management_url();
  const search::Strategies strategies;
  const auto store = open_cluster_store(strategies);
  ClusterStatus status;
  for (auto& record : store->searches()) {
    const auto progress = store->progress(record.id);
    const auto audited = store->audit_ledger().frontier(record.id);
    status.searches.push_back({std::move(record), progress, audited});
  }
  for (auto& event : store->audit_ledger().events(0, events_max)) {
    if (event.event.kind == "alarm") {
      status.alarms.push_back(std::move(event));
    }
  }
  status.control = store->control();
  status.queues = read_queues(queue_names, management_url);
  print(output == Output::Json ? json_text(status, strategies) : plain_text(status, strategies));
  return number(ExitStatus::Done);
}

std::vector<BlockView> with_strategies(std::vector<flow::BlockRecord>&& records, flow::Store& store,
                                       const search::Strategies& strategies) {
  const auto searches = store.searches();
  std::vector<BlockView> views;
  for (auto& record : records) {
    const auto found = std::find_if(searches.begin(), searches.end(),
                                    [&record](const auto& search) { return search.id == record.search; });
    const auto* strategy = found == searches.end() ? nullptr : strategies.find(found->spec.strategy);
    views.push_back({std::move(record), strategy});
  }
  return views;
}

flow::BlockState checked_state(const std::string& given) {
  std::string name = given;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto state = flow::block_state_from(name);
  if (!state) {
    throw CLI::ValidationError("--state", "'" + given +
                                              "' is none of pending, queued, running, finished, failed, quarantined, "
                                              "disputed");
  }
  return *state;
}

/// How many blocks have which error, the most frequent first, with the first of them.
int run_groups(const std::vector<BlockView>& blocks, Output output) {
  constexpr std::size_t examples_max = 10;
  std::map<std::string, std::vector<std::int64_t>> by_error;
  for (const auto& block : blocks) {
    by_error[block.record.error].push_back(block.record.id.value);
  }
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> groups(by_error.begin(), by_error.end());
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  std::string text = fmt::format("{:>8}  {:<24} {}\n", "BLOCKS", "FIRST", "ERROR");
  for (auto& [error, ids] : groups) {
    const auto count = ids.size();
    ids.resize(std::min(count, examples_max));
    text += fmt::format("{:>8}  {:<24} {}\n", count, ids.front(), error.empty() ? "-" : error);
    all.push_back({{"error", error.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error)},
                   {"blocks", count},
                   {"ids", ids}});
  }
  print(output == Output::Json ? all.dump() + "\n" : text);
  return number(ExitStatus::Done);
}

int run_list(const ListFlags& flags) {
  const Output output = checked_output(flags.output);
  if (!flags.group_by.empty() && flags.group_by != "error") {
    throw CLI::ValidationError("--group-by", "'" + flags.group_by + "' is not error");
  }
  // Groups are made of all there are.
  const auto limit =
      flags.group_by.empty() ? checked_number("--limit", flags.limit, 1, limit_max) : std::uint64_t{limit_max};
  flow::BlockFilter filter;
  if (!flags.search.empty()) {
    filter.search = flow::SearchId{static_cast<std::int64_t>(checked_number("--search", flags.search, 1, id_max))};
  }
  if (!flags.after.empty()) {
    filter.after = {static_cast<std::int64_t>(checked_number("--after", flags.after, 0, id_max))};
  }
  std::transform(flags.states.begin(), flags.states.end(), std::back_inserter(filter.states), checked_state);
  const search::Strategies strategies;
  const auto store = open_cluster_store(strategies);
  const auto blocks = with_strategies(store->blocks(filter, limit), *store, strategies);
  if (!flags.group_by.empty()) {
    return run_groups(blocks, output);
  }
  if (output == Output::Json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const auto& block : blocks) {
      all.push_back(to_json(block));
    }
    print(all.dump() + "\n");
    return number(ExitStatus::Done);
  }
  print(table(blocks));
  if (blocks.size() == limit) {
    print(fmt::format("... the next page: --after {}\n", blocks.back().record.id.value));
  }
  return number(ExitStatus::Done);
}

int run_show(const std::string& id_text, const std::string& output_text) {
  const Output output = checked_output(output_text);
  const flow::BlockId id{static_cast<std::int64_t>(checked_number("ID", id_text, 1, id_max))};
  const search::Strategies strategies;
  const auto store = open_cluster_store(strategies);
  auto found = store->blocks({std::nullopt, {}, {id.value - 1}}, 1);
  if (found.empty() || found.front().id != id) {
    throw runtime::Error("there is no block " + id_text + " (robin blocks list)");
  }
  const auto failures = store->failures(id);
  const auto block = with_strategies(std::move(found), *store, strategies).front();
  if (output == Output::Text) {
    print(plain_text(block, failures));
    return number(ExitStatus::Done);
  }
  auto object = to_json(block);
  object["failures"] = nlohmann::ordered_json::array();
  for (const auto& failure : failures) {
    object["failures"].push_back({{"attempt", failure.attempt.value},
                                  {"worker", failure.worker},
                                  {"class", failure.error_class},
                                  {"message", failure.message},
                                  {"failed_at", failure.failed_at}});
  }
  print(object.dump() + "\n");
  return number(ExitStatus::Done);
}

struct RetryFlags {
  std::vector<std::string> ids;
  std::string state;
  bool all = false;
  bool yes = false;
};

int run_retry(const RetryFlags& flags) {
  flow::RetryFilter filter;
  if (flags.ids.empty() == flags.state.empty()) {
    throw CLI::ValidationError("retry", "name blocks by their ids, or all in a state: --state failed --all");
  }
  for (const auto& id : flags.ids) {
    filter.ids.push_back({static_cast<std::int64_t>(checked_number("ID", id, 1, id_max))});
  }
  if (!flags.state.empty()) {
    const auto state = checked_state(flags.state);
    if (state != flow::BlockState::Failed && state != flow::BlockState::Quarantined) {
      throw CLI::ValidationError("--state", "only failed and quarantined blocks are tried again");
    }
    if (!flags.all || !flags.yes) {
      throw CLI::ValidationError("--state", "all blocks in a state are tried again with --all --yes");
    }
    filter.states.push_back(state);
  }
  const search::Strategies strategies;
  const auto changed = open_cluster_store(strategies)->janitor_ledger().retry(filter, operator_name());
  print(fmt::format("{} blocks are tried again\n", changed));
  return number(ExitStatus::Done);
}

void add_output(CLI::App& command, std::string& output) {
  command.add_option("-o,--output", output, "text or json")->capture_default_str();
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("status", "Searches, drain and queues of the cluster");
  auto output = std::make_shared<std::string>("text");
  add_output(*command, *output);
  command->footer(
      "The database is named by ROBIN_DATABASE_URL, RabbitMQ's management API by ROBIN_MANAGEMENT_URL; a secret may\n"
      "stay in a file: ROBIN_DATABASE_URL_FILE.\n");
  command->callback([&context, output] { context.chosen = [output] { return run_status(*output); }; });
}

void add_blocks(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("blocks", "Look at the blocks of the cluster");
  command->require_subcommand(1);
  auto* list = command->add_subcommand("list", "Blocks by id");
  auto flags = std::make_shared<ListFlags>();
  list->add_option("--search", flags->search, "only those of this search");
  list->add_option("--state", flags->states, "only in these states: pending, queued, ... (comma between them)")
      ->delimiter(',');
  list->add_option("--after", flags->after, "only ids greater than this: the next page");
  list->add_option("--limit", flags->limit, "how many at most")->capture_default_str();
  list->add_option("--group-by", flags->group_by, "error: how many blocks have which one");
  add_output(*list, flags->output);
  list->footer(
      "Examples:\n  robin blocks list --state failed,quarantined\n"
      "  robin blocks list --state quarantined --group-by error\n");
  list->callback([&context, flags] { context.chosen = [flags] { return run_list(*flags); }; });

  auto* retry = command->add_subcommand("retry", "Have failed or quarantined blocks tried again");
  auto retry_flags = std::make_shared<RetryFlags>();
  retry->add_option("ID", retry_flags->ids, "blocks");
  retry->add_option("--state", retry_flags->state, "all that are failed, or quarantined");
  retry->add_flag("--all", retry_flags->all, "with --state: all of them");
  retry->add_flag("--yes", retry_flags->yes, "with --all: no question");
  retry->footer("Examples:\n  robin blocks retry 17 18\n  robin blocks retry --state quarantined --all --yes\n");
  retry->callback([&context, retry_flags] { context.chosen = [retry_flags] { return run_retry(*retry_flags); }; });

  auto* show = command->add_subcommand("show", "One block with its failures");
  auto id = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("text");
  show->add_option("ID", *id, "the block")->required();
  add_output(*show, *output);
  show->callback([&context, id, output] { context.chosen = [id, output] { return run_show(*id, *output); }; });
}

}  // namespace robin::cli
