// robin loadtest: how much a cluster carries. Submits searches of the strategy `synthetic`, whose blocks wait for a set
// time, with consumers of its own or the cluster's, and says how fast blocks came through and where they spent their
// time.

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "adapters/postgres/store.hpp"
#include "adapters/versions.hpp"
#include "cli/cluster_access.hpp"
#include "cli/commands.hpp"
#include "cli/load_consumers.hpp"
#include "cli/load_report.hpp"
#include "cli/output_file.hpp"
#include "cli/search_flags.hpp"
#include "flow/loops/synthetic.hpp"
#include "runtime/error.hpp"
#include "runtime/pause.hpp"
#include "runtime/process_facts.hpp"
#include "runtime/service.hpp"
#include "runtime/version.hpp"

namespace robin::cli {
namespace {

using SystemTime = std::chrono::system_clock::time_point;
using flow::Moment;

constexpr core::Milliseconds ledger_look_interval{20};
constexpr core::Milliseconds connect_patience{60'000};
constexpr std::size_t page_size = 1000;
/// Blocks shorter than this have many results on their way at once.
constexpr double short_work_ms = 100;
constexpr unsigned awaiting_of_short = 256;

struct LoadFlags {
  std::string blocks = "5000";
  std::string consumers = "0";
  std::string work_ms = "0";
  std::string awaiting;
  std::string ramp_ms = "0";
  std::string repeat = "1";
  std::string timeout = "600";
  std::string savers;
  bool is_private = false;
  std::string report;
  std::string output = "text";
  std::vector<std::string> watch;
  std::string serve;
};

/// 2026-11-21T19:08:50.294Z
SystemTime time_from(const std::string& text) {
  std::tm parts{};
  const char* const rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) {
    throw runtime::Error("the ledger says a time that cannot be read: " + text);
  }
  const double fraction = *rest == '.' ? std::strtod(rest, nullptr) : 0;
  return std::chrono::system_clock::from_time_t(timegm(&parts)) +
         std::chrono::microseconds(std::llround(1e6 * fraction));
}

std::vector<std::pair<std::string, pid_t>> watched_processes(const std::vector<std::string>& words) {
  std::vector<std::pair<std::string, pid_t>> all;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    pid_t pid = 0;
    const char* const end = word.data() + word.size();
    if (equals == std::string::npos || equals == 0 ||
        std::from_chars(word.data() + equals + 1, end, pid) != std::from_chars_result{end, {}} || pid <= 0) {
      throw CLI::ValidationError("--watch", "'" + word + "' is not of the form NAME=PID");
    }
    all.emplace_back(word.substr(0, equals), pid);
  }
  return all;
}

/// A private cluster needs the scripts of a checkout, beside which this program was built.
[[noreturn]] void become_private_test(int argc, const char* const* argv) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path folder = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path program = folder;
  while (folder.has_relative_path() && !fs::exists(folder / "ops/loadtest", ignored)) {
    folder = folder.parent_path();
  }
  const std::string script = folder / "ops/loadtest";
  if (!fs::exists(script, ignored)) {
    throw CLI::ValidationError("--private",
                               "needs the checkout that this program was built from: run ./ops/loadtest there");
  }
  setenv("ROBIN_BIN", program.parent_path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the program is replaced
  std::vector<const char*> words = {script.c_str()};
  // What follows the command's name are its flags.
  const char* const* const last = argv + argc;
  const char* const* const command = std::find(argv, last, std::string_view("loadtest"));
  std::copy_if(std::next(command), last, std::back_inserter(words),
               [](std::string_view word) { return word != "--private"; });
  words.push_back(nullptr);
  // The script is to hear signals that this program's threads do not.
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  execv(script.c_str(), const_cast<char* const*>(words.data()));  // NOLINT(*-const-cast): execv's type
  throw runtime::Error("cannot start " + script);
}

struct Plan {
  std::uint64_t blocks;
  unsigned consumers;
  unsigned awaiting;
  core::Milliseconds ramp;
  std::uint64_t repeat;
  double work_ms;
  core::Milliseconds timeout;
  search::Parameters parameters;
};

core::Milliseconds checked_ramp(const LoadFlags& flags) {
  return core::Milliseconds(checked_number("--ramp-ms", flags.ramp_ms, 0, 3'600'000));
}

Plan checked_plan(const LoadFlags& flags, const search::Strategy& synthetic) {
  const auto threshold = math::Decimal::parse(flags.work_ms);
  if (core::accepted(threshold) == nullptr) {
    throw CLI::ValidationError("--work-ms", core::refusal_reason(threshold));
  }
  Plan plan{checked_number("--blocks", flags.blocks, 1, 100'000'000),
            static_cast<unsigned>(checked_number("--consumers", flags.consumers, 0, 10'000)),
            0,
            checked_ramp(flags),
            checked_number("--repeat", flags.repeat, 1, 10'000),
            std::strtod(flags.work_ms.c_str(), nullptr),
            core::Milliseconds(1000 * checked_number("--timeout", flags.timeout, 1, 86'400)),
            {search::Mode::Complete, *core::accepted(threshold), search::DigestKind::Exact}};
  plan.awaiting = flags.awaiting.empty()
                      ? (plan.work_ms < short_work_ms ? awaiting_of_short : 2)
                      : static_cast<unsigned>(checked_number("--awaiting", flags.awaiting, 1, 10'000));
  if (const auto refusal = synthetic.refuse(plan.parameters)) {
    throw CLI::ValidationError("--work-ms", refusal->reason);
  }
  if (!flags.savers.empty() && !flags.is_private) {
    throw CLI::ValidationError("--savers", "goes with --private: a running cluster has its own");
  }
  if (!flags.savers.empty()) {
    static_cast<void>(checked_number("--savers", flags.savers, 1, 1000));
  }
  return plan;
}

/// One search from its submission to its end.
struct Run {
  flow::SearchId search;
  SystemTime submitted;
  double seconds;
};

/// nullopt if a stop was requested meanwhile.
std::optional<Run> run_once(flow::Store& store, const Plan& plan, const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  Run run{{0}, std::chrono::system_clock::now(), 0};
  run.search = store.search_ledger().add_search(
      {flow::synthetic_strategy, {{0}, {plan.blocks * flow::synthetic_block_positions}}, plan.parameters});
  const auto deadline = core::Deadline::in(plan.timeout);
  for (;;) {
    const flow::BlockCounts counts = store.reader().counts(run.search);
    if (counts.finished >= plan.blocks) {
      break;
    }
    if (stop.stop_requested()) {
      tell("interrupted: search " + std::to_string(run.search.value) + " goes on");
      return std::nullopt;
    }
    if (deadline.has_passed()) {
      throw runtime::Error(
          std::to_string(counts.finished) + " of " + std::to_string(plan.blocks) +
          " blocks were finished when --timeout was over (a longer one may do; robin status says what holds them up)");
    }
    runtime::pause(ledger_look_interval, stop);
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return run;
}

/// What is known of a block's way.
struct Way {
  SystemTime created, queued, finished;
  std::map<Moment, SystemTime> moments = {};
};

std::map<std::int64_t, Way> ways_of(flow::Store& store, flow::SearchId search, const std::vector<Passage>& passages) {
  std::map<std::int64_t, Way> ways;
  flow::BlockFilter filter{search, {}};
  for (auto page = store.reader().blocks(filter, page_size); !page.empty();
       page = store.reader().blocks(filter, page_size)) {
    for (const auto& block : page) {
      ways[block.id.value] = {time_from(block.created_at),
                              time_from(block.queued_at.empty() ? block.created_at : block.queued_at),
                              time_from(block.finished_at)};
    }
    filter.after = page.back().id;
  }
  for (const Passage& passage : passages) {
    if (const auto found = ways.find(passage.block); found != ways.end()) {
      found->second.moments.emplace(passage.moment, SystemTime(std::chrono::microseconds(passage.microseconds)));
    }
  }
  return ways;
}

/// A consumer of one slot at a time: how much longer than its work each block kept it, from begin to begin.
std::vector<double> overheads(const std::map<std::int64_t, Way>& ways, const std::vector<Passage>& passages,
                              double work_seconds) {
  std::map<std::int32_t, std::vector<std::int64_t>> begins;
  for (const Passage& passage : passages) {
    if (passage.moment == Moment::Begun && ways.contains(passage.block)) {
      begins[passage.consumer].push_back(passage.microseconds);
    }
  }
  std::vector<double> all;
  for (auto& [consumer, of_one] : begins) {
    std::sort(of_one.begin(), of_one.end());
    for (std::size_t i = 1; i < of_one.size(); ++i) {
      all.push_back(std::max(0.0, 1e-6 * static_cast<double>(of_one[i] - of_one[i - 1]) - work_seconds));
    }
  }
  return all;
}

class Stages {
 public:
  void add_overheads(const std::vector<double>& seconds) {
    overhead_.seconds.insert(overhead_.seconds.end(), seconds.begin(), seconds.end());
  }
  void add(const Way& way) {
    const auto at = [&way](Moment moment) { return way.moments.at(moment); };
    if (way.moments.size() < 5) {
      // Computed by the cluster's own consumers: the ledger's times are all there is.
      queued_.add(way.created, way.queued);
    } else {
      queued_.add(way.created, at(Moment::Published));
      delivered_.add(at(Moment::Published), at(Moment::Delivered));
      computed_.add(at(Moment::Delivered), at(Moment::Computed));
      saved_.add(at(Moment::Computed), way.finished);
      acked_.add(std::max(at(Moment::Computed), way.finished), at(Moment::Saved));
    }
    whole_.add(way.created, way.finished);
  }
  std::vector<LoadStage> all() && {
    std::vector<LoadStage> stages;
    for (Stage* stage : {&queued_, &delivered_, &computed_, &saved_, &acked_, &whole_, &overhead_}) {
      std::sort(stage->seconds.begin(), stage->seconds.end());
      stages.push_back(std::move(*stage));
    }
    return stages;
  }

 private:
  struct Stage : LoadStage {
    /// Clocks of two machines, and of one to the millisecond, may disagree a little.
    void add(SystemTime begin, SystemTime end) {
      seconds.push_back(std::max(0.0, std::chrono::duration<double>(end - begin).count()));
    }
  };
  Stage queued_{{"queued", "from the ledger's row to its publish", {}}};
  Stage delivered_{{"delivered", "from the publish to the consumer: its turn in the queue, too", {}}};
  Stage computed_{{"computed", "in the consumer, until there is a result", {}}};
  Stage saved_{{"saved", "from the result to FINISHED", {}}};
  Stage acked_{{"acked", "from FINISHED to the ack", {}}};
  Stage whole_{{"whole", "from the ledger's row to FINISHED", {}}};
  Stage overhead_{{"overhead", "of a consumer, from begin to begin, beyond the work", {}}};
};

int run_loadtest(const LoadFlags& flags, const Context& context) {
  if (!flags.serve.empty()) {
    return serve_load(
        {static_cast<unsigned>(checked_number("--serve", flags.serve, 1, 10'000)),
         static_cast<unsigned>(checked_number("--awaiting", flags.awaiting, 1, 10'000)), checked_ramp(flags)},
        context.signals.token());
  }
  const search::Strategies strategies = flow::fleet_strategies();
  const Plan plan = checked_plan(flags, *strategies.find(flow::synthetic_strategy));
  const Output output = checked_output(flags.output);
  auto processes = watched_processes(flags.watch);
  if (flags.is_private) {
    become_private_test(context.argc, context.argv);
  }
  const std::stop_token stop = context.signals.token();
  const auto database = cluster_database();
  if (plan.consumers > 0) {
    // They are a process of their own, which would be waited for.
    static_cast<void>(cluster_broker());
  }
  std::optional<OutputFile> page;
  if (!flags.report.empty()) {
    page.emplace("--report", flags.report);
  }
  const auto store = adapters::open_postgres_store(database, strategies);
  std::unique_ptr<LoadProcess> consumers;
  if (plan.consumers > 0) {
    consumers = std::make_unique<LoadProcess>(LoadConsumers{plan.consumers, plan.awaiting, plan.ramp});
    processes.emplace_back("consumers", consumers->pid());
    consumers->wait_until_connected(core::Deadline::in(connect_patience), stop);
  }
  ProcessWatch watch(std::move(processes));
  std::vector<Run> runs;
  for (std::uint64_t i = 0; i < plan.repeat; ++i) {
    const auto run = run_once(*store, plan, stop);
    if (!run) {
      return number(ExitStatus::SignalBase) + context.signals.signal();
    }
    runs.push_back(*run);
  }
  LoadReport report{.search = runs.front().search.value,
                    .blocks = plan.blocks * plan.repeat,
                    .work_ms = plan.work_ms,
                    .consumers = plan.consumers};
  report.processes = watch.end();
  const auto passages = consumers ? consumers->end() : std::vector<Passage>();
  Stages stages;
  for (const Run& run : runs) {
    const auto ways = ways_of(*store, run.search, passages);
    stages.add_overheads(overheads(ways, passages, plan.work_ms / 1000));
    for (const auto& [block, way] : ways) {
      stages.add(way);
      report.finished_at.push_back(report.seconds +
                                   std::chrono::duration<double>(way.finished - run.submitted).count());
    }
    report.seconds += run.seconds;
  }
  std::sort(report.finished_at.begin(), report.finished_at.end());
  report.stages = std::move(stages).all();
  report.facts = runtime::process_facts(context.argc, context.argv);
  std::erase_if(report.facts, [](const auto& fact) {
    return fact.first != "host" && fact.first != "cpu" && fact.first != "cores" && fact.first != "argv";
  });
  report.facts.emplace_back("robin", runtime::version() + " (" + runtime::revision() + ")");
  report.facts.emplace_back("at", runtime::utc_now());
  if (page) {
    page->write(report.html());
    page->finish();
  }
  print(output == Output::Json ? report.json().dump() + "\n" : report.text());
  return number(ExitStatus::Done);
}

}  // namespace

void add_loadtest(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("loadtest", "Measure how many blocks the cluster carries, and where they spend time");
  auto flags = std::make_shared<LoadFlags>();
  command->add_option("--blocks", flags->blocks, "blocks to submit")->capture_default_str();
  command->add_option("--work-ms", flags->work_ms, "how long each waits in its consumer")->capture_default_str();
  command
      ->add_option("--consumers", flags->consumers,
                   "consumers of this test's own, in one process; 0: only those of the cluster")
      ->capture_default_str();
  command->add_option("--awaiting", flags->awaiting,
                      "results of each that may wait to be saved (256; 2 from 100 ms on)");
  command
      ->add_option("--ramp-ms", flags->ramp_ms, "its consumers begin one after the other over so long, as a fleet's do")
      ->capture_default_str();
  command->add_option("--repeat", flags->repeat, "searches of so many blocks, one after the other")
      ->capture_default_str();
  command->add_option("--timeout", flags->timeout, "seconds that one search may take")->capture_default_str();
  command->add_option("--report", flags->report, "write a page with plots to this file");
  command->add_option("--watch", flags->watch, "NAME=PID: a process whose CPU time and memory are measured, too");
  command->add_flag("--private", flags->is_private, "on a private cluster on this machine, started and stopped for it");
  command->add_option("--savers", flags->savers, "with --private: how many savers (1)");
  command->add_option("--serve", flags->serve)->group("");
  add_output(*command, flags->output);
  command->footer(
      "Without --private: against the cluster whose servers ROBIN_DATABASE_URL and, for consumers of its own,\n"
      "ROBIN_AMQP_URL name.\n\nExamples:\n"
      "  robin loadtest --private --blocks 20000 --consumers 2 --report load.html\n"
      "  robin loadtest --blocks 1000 --work-ms 500 -o json\n");
  command->callback(
      [&context, flags] { context.chosen = [&context, flags] { return run_loadtest(*flags, context); }; });
}

}  // namespace robin::cli
