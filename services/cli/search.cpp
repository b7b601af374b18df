// robin search: the searches of the cluster as things one can act on: let one wait, go on, end, or have more of the
// fleet.

#include <fmt/format.h>

#include <array>
#include <memory>

#include "api/limits.hpp"
#include "api/queries.hpp"
#include "cli/api_source.hpp"
#include "cli/cluster_view.hpp"
#include "cli/commands.hpp"
#include "cli/list_view.hpp"
#include "cli/progress.hpp"
#include "cli/search_flags.hpp"

namespace robin::cli {
namespace {

using Json = api::Json;

struct OneSearch {
  ServerFlags server;
  std::string id;
  std::string share;
  std::string reason;
  std::string output = "text";

  [[nodiscard]] std::string path(const std::string& order = {}) const {
    return "searches/" + std::to_string(checked_number("ID", id, 1, INT64_MAX)) + order;
  }
};

struct ListOfSearches {
  ServerFlags server;
  std::string output = "table";
};

int run_list(const ListOfSearches& flags) {
  using api::Search;
  const ListOutput output = checked_list_output(flags.output);
  std::vector<Json> rows;
  open_api(flags.server)->each<Search>("searches", [&](const Search& search, const Json& row) {
    rows.push_back(row);
    if (output == ListOutput::Table) {
      rows.back()["range"] = "[" + search.begin + ", " + search.end + ")";
      rows.back()["done"] = fmt::format("{:.1f} %", 100 * search.share);
      rows.back()["left"] = search.eta_seconds && search.state == api::SearchState::Running
                                ? Json(clock_text(*search.eta_seconds))
                                : Json();
    }
  });
  const std::vector<Column> columns = output == ListOutput::Csv
                                          ? csv_columns<Search>()
                                          : std::vector<Column>{column("ID", &Search::id),
                                                                column("STATE", &Search::state),
                                                                column("SHARE", &Search::computing_share),
                                                                column("STRATEGY", &Search::strategy),
                                                                {"RANGE", "range"},
                                                                {"DONE", "done", true},
                                                                {"LEFT", "left", true}};
  print(list_text(rows, columns, output));
  return number(ExitStatus::Done);
}

int show(const Json& search, Output output) {
  print(output == Output::Json ? search.dump() + "\n" : search_text(ApiSource::understood<api::SearchDetail>(search)));
  return number(ExitStatus::Done);
}

int run_show(const OneSearch& flags) {
  const Output output = checked_output(flags.output);
  const std::string path = flags.path();
  return show(open_api(flags.server)->get(path), output);
}

int run_order(const OneSearch& flags, const char* order) {
  const Output output = checked_output(flags.output);
  const std::string reason = checked_text("--reason", flags.reason, api::reason_bytes_max);
  const std::string path = flags.path(std::string("/") + order);
  return show(open_api(flags.server)->post(path, api::SearchOrder{reason}), output);
}

int run_share(const OneSearch& flags) {
  const Output output = checked_output(flags.output);
  const std::string reason = checked_text("--reason", flags.reason, api::reason_bytes_max);
  const std::string path = flags.path("/share");
  const api::ShareOrder order{checked_number("SHARE", flags.share, 1, flow::share_max), reason};
  return show(open_api(flags.server)->post(path, order), output);
}

std::shared_ptr<OneSearch> flags_of(CLI::App& command) {
  auto flags = std::make_shared<OneSearch>();
  command.add_option("ID", flags->id, "the search: robin search list")->required();
  add_output(command, flags->output);
  flags->server.add_to(command);
  return flags;
}

}  // namespace

void add_search(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("search", "Look at searches; let one wait, go on, end, or have more of the fleet");
  command->require_subcommand(1);
  command->footer("Examples:\n  robin search list\n  robin search pause 3 --reason 'first the other one'\n");

  auto* list = command->add_subcommand("list", "All searches, and how they stand");
  auto list_flags = std::make_shared<ListOfSearches>();
  list_flags->server.add_to(*list);
  add_list_output(*list, list_flags->output);
  list->footer("Examples:\n  robin search list\n  robin search list -o csv\n");
  list->callback([&context, list_flags] { context.chosen = [list_flags] { return run_list(*list_flags); }; });

  auto* one = command->add_subcommand("show", "One search");
  auto shown = flags_of(*one);
  one->footer("Examples:\n  robin search show 3\n  robin search show 3 -o json\n");
  one->callback([&context, shown] { context.chosen = [shown] { return run_show(*shown); }; });

  struct Order {
    const char* name;
    const char* what;
    const char* footer;
  };
  constexpr std::array<Order, 3> orders = {
      {{"pause", "Publish nothing more of a search; what is in flight ends as usual",
        "Examples:\n  robin search pause 3\n  robin search pause 3 --reason 'first the other one'\n"},
       {"resume", "Let a paused search go on",
        "Examples:\n  robin search resume 3\n  robin search resume 3 --reason 'the other one is done'\n"},
       {"cancel", "End a search for good: its blocks end within seconds, and what was found stays",
        "A cancelled search stays so; submitted again it is a new one.\n\n"
        "Examples:\n  robin search cancel 3\n  robin search cancel 3 --reason 'the threshold was wrong'\n"}}};
  for (const auto& [name, what, footer] : orders) {
    auto* order = command->add_subcommand(name, what);
    auto flags = flags_of(*order);
    order->add_option("--reason", flags->reason, "kept with the order");
    order->footer(footer);
    order->callback(
        [&context, flags, name = name] { context.chosen = [flags, name] { return run_order(*flags, name); }; });
  }

  auto* share = command->add_subcommand("share", "Give a search another share of the fleet");
  auto shared = flags_of(*share);
  share->add_option("SHARE", shared->share, "1 to 1000: of shares 3 and 1 the first gets three quarters")->required();
  share->add_option("--reason", shared->reason, "kept with the order");
  share->footer("Examples:\n  robin search share 3 10\n  robin search share 3 1 --reason 'it is in no hurry'\n");
  share->callback([&context, shared] { context.chosen = [shared] { return run_share(*shared); }; });
}

}  // namespace robin::cli
