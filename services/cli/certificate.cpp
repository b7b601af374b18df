// robin certificate and robin verify: what a search proves so far, in a file that anyone can check again.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/sqlite/store.hpp"
#include "api/horizon_view.hpp"
#include "api/json.hpp"
#include "cli/api_source.hpp"
#include "cli/certificate_file.hpp"
#include "cli/certificate_view.hpp"
#include "cli/cluster_access.hpp"
#include "cli/commands.hpp"
#include "cli/gateway_reader.hpp"
#include "cli/horizon_overlap.hpp"
#include "cli/search_flags.hpp"
#include "cli/summary.hpp"
#include "cli/verified_file.hpp"
#include "flow/rules/fold.hpp"
#include "runtime/error.hpp"

namespace robin::cli {
namespace {

using nlohmann::ordered_json;
using runtime::Error;

// certificate

struct CertificateFlags {
  ServerFlags server;
  std::string search;
  std::string store;
  std::string out;
  std::string from;
  bool horizon = false;
  std::string output = "text";
};

/// Those that make certificates.
std::vector<std::string> certifying(const search::Strategies& strategies) {
  std::vector<std::string> names;
  for (const auto& strategy : strategies.all()) {
    if (certifies(*strategy)) {
      names.emplace_back(strategy->name());
    }
  }
  return names;
}

/// The search that was asked for, or of the first strategy that has any, the one that reaches furthest.
flow::SearchRecord choose(flow::LedgerReader& ledger, const std::string& id_text, const std::string& store,
                          const search::Strategies& strategies) {
  std::optional<flow::SearchRecord> chosen;
  for (const auto& record : ledger.searches()) {
    const auto* strategy = strategies.find(record.spec.strategy);
    const bool is_meant = id_text.empty() || std::to_string(record.id.value) == id_text;
    if (strategy == nullptr || !certifies(*strategy) || !is_meant) {
      continue;
    }
    if (!chosen || record.spec.strategy < chosen->spec.strategy ||
        (record.spec.strategy == chosen->spec.strategy && chosen->spec.range.end < record.spec.range.end)) {
      chosen = record;
    }
  }
  if (!chosen) {
    const std::string where = store.empty() ? "" : " in the store " + store;
    const std::string names = either(certifying(strategies));
    throw Error(id_text.empty()
                    ? "there is no search of strategy " + names + where + " yet (robin " +
                          (store.empty() ? "submit" : "run") + " --strategy)"
                    : "search " + id_text + where + " is no search of strategy " + names + " (leave --search out)");
  }
  return *chosen;
}

/// What the search certifies against the horizon: some hundred comparisons, however many blocks there are.
std::vector<Overlap> held_against_the_horizon(const std::vector<CertifiedMargin>& margins) {
  const std::vector<CertifiedMargin> stretches = joined(margins);
  if (stretches.empty() || stretches.back().log_n_to.upper_double() <= horizon::first_log_n) {
    return {};
  }
  const auto& horizon = api::standard_horizon();
  return compared(horizon, stretches, horizon.arithmetic().number(horizon::first_log_n), stretches.back().log_n_to,
                  Closeness::Coarse);
}

std::string comparison_text(const std::vector<Overlap>& overlaps) {
  return text_of_overlaps(overlaps, "The two beside each other", "stretches of blocks");
}

std::string text_beside(const std::vector<Overlap>& overlaps) {
  const api::Horizon& horizon = api::known_horizon();
  return "\nBeside it, and by no block of it: " + horizon.statement + ", given:\n  " + api::names_of(horizon.given) +
         "\n" + horizon.searches + " (robin horizon tells more.)\n" + comparison_text(overlaps);
}

int run_certificate(const CertificateFlags& flags) {
  const Output output = checked_output(flags.output);
  refuse_two_places(flags.store, flags.server);
  const std::string wanted =
      flags.search.empty() ? "" : std::to_string(checked_number("--search", flags.search, 1, INT64_MAX));
  const search::Strategies strategies;
  std::unique_ptr<ApiSource> source;
  std::unique_ptr<flow::Store> store;
  std::unique_ptr<flow::LedgerReader> gateway;
  if (!flags.store.empty()) {
    store = adapters::open_sqlite_store(flags.store, strategies, {.must_exist = true});
  } else if (is_remote(flags.server)) {
    source = open_api(flags.server);
    gateway = std::make_unique<GatewayReader>(*source, strategies);
  } else {
    store = open_cluster_store(strategies);
  }
  flow::LedgerReader& ledger = gateway ? *gateway : store->reader();
  const flow::SearchRecord record = choose(ledger, wanted, flags.store, strategies);
  const search::Strategy& strategy = *strategies.find(record.spec.strategy);
  OutputFile out("--out", flags.out);
  std::optional<api::CertificateDocument> from;
  api::CertificateDocument file{&strategy, record.spec.parameters.threshold, {}, {}};
  if (!flags.from.empty()) {
    from = read_certificate(flags.from, strategies);
    if (from->strategy != &strategy) {
      throw Error(flags.from + ": is a certificate of strategy " + std::string(from->strategy->name()) + ", search " +
                  std::to_string(record.id.value) + " is of " + record.spec.strategy +
                  " (name one of the same strategy by --search)");
    }
    file.blocks = from->blocks;
  }
  const bool is_beside_the_horizon = is_about_robin(strategy);
  const horizon::Arithmetic at(horizon::HorizonOptions().precision);
  CertificateView view(strategy, from, is_beside_the_horizon ? &at : nullptr);
  flow::Fold fold(record);
  fold.advance(ledger, [&](const flow::FinishedBlock& block) {
    view.take(block);
    file.blocks.push_back(block);
  });
  view.close();
  file.certificate = view.json(true);
  if (!flags.out.empty()) {
    write_certificate(out, file);
  }
  if (!view.refusal().empty()) {
    tell(view.refusal());
  }
  const std::vector<Overlap> overlaps = held_against_the_horizon(view.margins());
  const bool agrees = all_agree(overlaps);
  std::string summary;
  if (output == Output::Json) {
    ordered_json shown = file.certificate;
    if (flags.horizon) {
      shown = {{"certificate", file.certificate}, {"horizon", nullptr}, {"overlap", nullptr}};
      if (is_beside_the_horizon) {
        shown["horizon"] = api::json_of(api::known_horizon());
        shown["overlap"] = json_of_overlaps(overlaps);
      }
    }
    summary = shown.dump() + "\n";
    if (!agrees) {
      std::fputs(comparison_text(overlaps).c_str(), stderr);
    }
  } else {
    summary = view.sentence();
    if (record.control.state == flow::RunState::Cancelled) {
      summary +=
          fmt::format("Search {} was cancelled: it ended at {}.\n", record.id.value, strategy.text(fold.frontier()));
    }
    summary += is_beside_the_horizon ? text_beside(overlaps) : "";
  }
  if (!flags.out.empty() && out.is_stdout()) {
    std::fputs(summary.c_str(), stderr);
  } else {
    print(summary);
  }
  return number(!agrees ? ExitStatus::Mismatch : view.refusal().empty() ? ExitStatus::Done : ExitStatus::Failure);
}

// verify

struct VerifyFlags {
  std::string file;
  std::string sample = "0.05%";
  std::string slices;
  std::string primes;
  bool all = false;
  std::string output = "text";
};

int run_verify(const VerifyFlags& flags) {
  const Output output = checked_output(flags.output);
  const search::VerificationExtent extent{
      flags.all, checked_share("--sample", flags.sample),
      flags.slices.empty() ? 0 : checked_number("--slices", flags.slices, 1, UINT32_MAX),
      flags.primes.empty() ? 0 : checked_number("--primes", flags.primes, 1, INT64_MAX)};
  const search::Strategies strategies;
  const api::CertificateDocument file = read_certificate(flags.file, strategies);
  const VerifiedFile verified(file, extent);
  print(output == Output::Json ? verified.json().dump() + "\n" : verified.text());
  return number(verified.ok() ? ExitStatus::Done : ExitStatus::Mismatch);
}

}  // namespace

void add_certificate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("certificate", "What a search proves so far");
  auto flags = std::make_shared<CertificateFlags>();
  flags->server.add_to(*command);
  command->add_option("--search", flags->search, "its id [the one that reaches furthest]");
  command->add_option("--store", flags->store, "the store of robin run [the database of the cluster]");
  command->add_option("--from", flags->from, "the certificate that the search continues");
  command->add_option("--out", flags->out, "write the certificate with all its blocks to this file, or to stdout (-)");
  command->add_flag("--horizon", flags->horizon,
                    "with -o json: the horizon and what it is held against beside it, as keys certificate, horizon "
                    "and overlap");
  add_output(*command, flags->output);
  command->footer(
      "Beside what the search proves stands what follows from the verified zeros of zeta without it (robin horizon).\n"
      "Exit status 4 if a certified margin lies below the horizon's bound: then one of the two is wrong.\n\n"
      "Examples:\n  robin certificate --store robin.db --out certificate.json\n"
      "  robin certificate --server http://127.0.0.1:8080 -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_certificate(*flags); }; });
}

void add_verify(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("verify", "Check a certificate file again");
  auto flags = std::make_shared<VerifyFlags>();
  command->add_option("FILE", flags->file, "what robin certificate --out wrote")->required();
  command->add_option("--sample", flags->sample, "share of the slices to compute again")->capture_default_str();
  command->add_option("--slices", flags->slices, "that many slices instead");
  command->add_option("--primes", flags->primes,
                      "so many primes one by one at least, in more slices if need be [131072, or one of 30,000]");
  command->add_flag("--all", flags->all, "all slices, all primes one by one, all counts");
  add_output(*command, flags->output);
  command->footer(
      "Looked at again:\n"
      "  all blocks      that they follow each other, their digests, what they prove together, and that no margin\n"
      "                  contradicts the sums where slices begin; below 2^20 everything is computed again\n"
      "  some slices     drawn at random, and those in which the least margin may lie: their sums and bounds once "
      "more,\n"
      "                  by the code that computes blocks\n"
      "  runs of primes  in each of these slices, one by one with Arb: the sums, and the inequality at every number\n"
      "  counts          of primes at the ends of some blocks, by libprimecount\n"
      "Not looked at without --all: the other slices. The text says how likely one false slice passes so.\n"
      "Exit status 4 if anything does not agree.\n\nExamples:\n"
      "  robin verify certificate.json --sample 5%\n  robin verify certificate.json --all -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_verify(*flags); }; });
}

}  // namespace robin::cli
