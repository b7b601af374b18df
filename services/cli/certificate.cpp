// robin certificate and robin verify: what a search proves so far, in a file that anyone can check again.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "adapters/sqlite_store.hpp"
#include "cli/api_source.hpp"
#include "cli/certificate_file.hpp"
#include "cli/certificate_view.hpp"
#include "cli/cluster_access.hpp"
#include "cli/commands.hpp"
#include "cli/gateway_reader.hpp"
#include "cli/search_flags.hpp"
#include "cli/summary.hpp"
#include "flow/fold.hpp"
#include "math/prime_sums.hpp"
#include "runtime/error.hpp"
#include "search/sha256.hpp"
#include "search/strategies/colossally_abundant/window_walk.hpp"

namespace robin::cli {
namespace {

namespace certificates = search::colossally_abundant;
using nlohmann::ordered_json;
using runtime::Error;

constexpr const char* strategy_name = "colossally-abundant";
/// A slice is cut down to about so many primes before they are looked at one by one.
constexpr std::uint64_t primes_one_by_one = 1'000'000;

// certificate

struct CertificateFlags {
  ServerFlags server;
  std::string search;
  std::string store;
  std::string out;
  std::string from;
  std::string output = "text";
};

/// The search that was asked for, or the one that reaches furthest.
flow::SearchRecord choose(flow::LedgerReader& ledger, const std::string& id_text, const std::string& store) {
  std::optional<flow::SearchRecord> chosen;
  for (const auto& record : ledger.searches()) {
    const bool is_meant = id_text.empty() || std::to_string(record.id.value) == id_text;
    if (record.spec.strategy == strategy_name && is_meant &&
        (!chosen || chosen->spec.range.end < record.spec.range.end)) {
      chosen = record;
    }
  }
  if (!chosen) {
    const std::string where = store.empty() ? "" : " in the store " + store;
    throw Error(id_text.empty() ? "there is no search of strategy colossally-abundant" + where + " yet (robin " +
                                      (store.empty() ? "submit" : "run") + " --strategy colossally-abundant)"
                                : "search " + id_text + where +
                                      " is no search of strategy colossally-abundant (leave --search out)");
  }
  return *chosen;
}

int run_certificate(const CertificateFlags& flags) {
  const Output output = checked_output(flags.output);
  refuse_two_places(flags.store, flags.server);
  const std::string wanted =
      flags.search.empty() ? "" : std::to_string(checked_number("--search", flags.search, 1, INT64_MAX));
  const search::Strategies strategies;
  std::unique_ptr<ApiSource> source;
  std::unique_ptr<flow::LedgerReader> ledger;
  if (!flags.store.empty()) {
    ledger = adapters::open_sqlite_store(flags.store, strategies, {.must_exist = true});
  } else if (is_remote(flags.server)) {
    source = open_api(flags.server);
    ledger = std::make_unique<GatewayReader>(*source, strategies);
  } else {
    ledger = open_cluster_store(strategies);
  }
  const flow::SearchRecord record = choose(*ledger, wanted, flags.store);
  OutputFile out("--out", flags.out);
  std::optional<CertificateFile> from;
  CertificateFile file{record.spec.parameters.threshold, {}, {}};
  if (!flags.from.empty()) {
    from = read_certificate(flags.from);
    file.blocks = from->blocks;
  }
  CertificateView view(from);
  flow::Fold fold(record);
  fold.advance(*ledger, [&](const flow::FinishedBlock& block) {
    view.take(block);
    file.blocks.push_back(block);
  });
  file.certificate = view.json(true);
  if (!flags.out.empty()) {
    write_certificate(out, file);
  }
  if (!view.refusal().empty()) {
    tell(view.refusal());
  }
  const std::string summary = output == Output::Json ? file.certificate.dump() + "\n" : view.sentence();
  if (!flags.out.empty() && out.is_stdout()) {
    std::fputs(summary.c_str(), stderr);
  } else {
    print(summary);
  }
  return number(view.refusal().empty() ? ExitStatus::Done : ExitStatus::Failure);
}

// verify

struct VerifyFlags {
  std::string file;
  std::string sample = "1%";
  std::string slices;
  bool all = false;
  std::string output = "text";
};

/// A slice of a block of the file.
struct Place {
  std::size_t block;
  std::uint64_t begin;
  certificates::SliceSums sums;
};

class Verification {
 public:
  Verification(const CertificateFile& file, const search::Strategies& strategies)
      : file_(file), strategy_(*strategies.find(strategy_name)) {}

  void run(const std::function<std::size_t(std::size_t)>& how_many) {
    check_chain();
    refold();
    check_slices(how_many);
  }

  [[nodiscard]] bool ok() const { return mismatches_.empty(); }
  [[nodiscard]] ordered_json json() const {
    return {{"ok", ok()},
            {"blocks_checked", file_.blocks.size()},
            {"slices_checked", slices_checked_},
            {"primes_checked_share", share()},
            {"primes_one_by_one", one_by_one_},
            {"mismatches", mismatches_}};
  }
  [[nodiscard]] std::string text() const {
    std::string text = fmt::format(
        "{}: {} blocks refolded; {} slices ({:.3g} % of all primes) summed up again, {} primes one by one\n",
        ok() ? "verified" : "MISMATCH", file_.blocks.size(), slices_checked_, 100 * share(), grouped(one_by_one_));
    for (const auto& mismatch : mismatches_) {
      text += "  " + mismatch + "\n";
    }
    return text;
  }

 private:
  [[nodiscard]] double share() const {
    return primes_ == 0 ? 0 : static_cast<double>(primes_checked_) / static_cast<double>(primes_);
  }

  std::string name(const flow::FinishedBlock& block) const {
    return fmt::format("block [{}, {})", strategy_.text(block.block.begin), strategy_.text(block.block.end));
  }
  void mismatch(const std::string& what) { mismatches_.push_back(what); }

  /// A range from a file may be anything.
  [[nodiscard]] bool is_sound(const flow::FinishedBlock& block) const {
    return !search::refuse_block(strategy_, block.block, parameters_);
  }

  /// Each digest belongs to its block's numbers, and together they make the certificate's.
  void check_chain() {
    search::Sha256 chain;
    for (const auto& block : file_.blocks) {
      chain.update(block.digest + "\n");
      if (!is_sound(block)) {
        mismatch(name(block) + ": no such block");
        continue;
      }
      if (digest_of(block) != block.digest) {
        mismatch(name(block) + ": its digest does not belong to its numbers");
      }
    }
    if (chain.hex() != file_.certificate.value("digest", "")) {
      mismatch("the digest of the certificate does not belong to its blocks");
    }
  }

  /// A block that begins below 2^20 also lists findings: it is computed again as a whole.
  std::string digest_of(const flow::FinishedBlock& block) const {
    if (block.block.begin.ordinal < certificates::windows_begin) {
      return search::examine(strategy_, block.block, parameters_, {}).digest;
    }
    search::Findings findings;
    findings.candidates = block.candidates;
    findings.extras = block.extras;
    return search::exact_digest(strategy_, block.block, findings);
  }

  void refold() {
    CertificateView view;
    for (const auto& block : file_.blocks) {
      view.take(block);
    }
    if (!view.refusal().empty()) {
      mismatch(view.refusal());
      return;
    }
    const ordered_json folded = view.json(true);
    for (const auto& [key, value] : folded.items()) {
      if (key != "versions" && (!file_.certificate.contains(key) || file_.certificate[key] != value)) {
        mismatch("the certificate says another " + key + " than its blocks");
      }
    }
  }

  void check_slices(const std::function<std::size_t(std::size_t)>& how_many) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < file_.blocks.size(); ++i) {
      const auto parsed = certificates::from_extras(file_.blocks[i].extras);
      const auto* certificate = math::accepted(parsed);
      if (certificate == nullptr || !is_sound(file_.blocks[i])) {
        continue;  // named already
      }
      auto begin = static_cast<std::uint64_t>(file_.blocks[i].block.begin.ordinal);
      primes_ += certificate->primes.count;
      for (const auto& slice : certificate->slices) {
        if (begin < slice.end && slice.end <= static_cast<std::uint64_t>(file_.blocks[i].block.end.ordinal)) {
          places.push_back({i, begin, slice});
        }
        begin = slice.end;
      }
    }
    std::shuffle(places.begin(), places.end(), random_);
    places.resize(std::min(places.size(), how_many(places.size())));
    for (const Place& place : places) {
      check_slice(place);
    }
  }

  void check_slice(const Place& place) {
    ++slices_checked_;
    primes_checked_ += place.sums.primes.count;
    // Below 2^20 the whole block was computed again for its digest.
    if (place.begin >= certificates::windows_begin &&
        certificates::slice_sums(place.begin, place.sums.end) != place.sums) {
      mismatch(fmt::format("{}: the sums of the slice [{}, {}) are wrong", name(file_.blocks[place.block]), place.begin,
                           place.sums.end));
    }
    check_one_by_one(place);
  }

  /// The primes of a part of the slice, one by one, against what the windows make of them.
  void check_one_by_one(const Place& place) {
    if (place.begin < certificates::windows_begin) {
      return;
    }
    const auto wanted = primes_one_by_one * static_cast<std::uint64_t>(std::bit_width(place.begin)) * 7 / 10;
    std::uint64_t begin = place.begin;
    std::uint64_t end = place.sums.end;
    if (end - begin > wanted) {
      begin = std::uniform_int_distribution<std::uint64_t>(begin, end - wanted)(random_);
      begin = begin == place.begin ? begin : certificates::window_end(begin);
      end = std::min(end, certificates::window_end(begin + wanted));
    }
    const auto again = math::sum_primes_one_by_one(begin, end);
    certificates::StepSums sums;
    certificates::PrimeSums primes;
    certificates::for_each_window(begin, end, certificates::tally_windows(begin, end), [&](const auto& window) {
      sums += certificates::sums_of_window(window);
      primes += {window.count, window.prime_sum()};
    });
    one_by_one_ += again.count;
    const auto wide = [](search::uint128 value) { return math::Integer::from_uint128(value); };
    const bool same = again.count == primes.count && again.sum == wide(primes.sum) &&
                      wide(sums.log_lo) <= again.log_hi && again.log_lo <= wide(sums.log_hi) &&
                      wide(sums.abundancy_lo) <= again.growth_hi && again.growth_lo <= wide(sums.abundancy_hi);
    if (!same) {
      mismatch(fmt::format("{}: the primes of [{}, {}) add up to something else one by one",
                           name(file_.blocks[place.block]), begin, end));
    }
  }

  const CertificateFile& file_;
  const search::Strategy& strategy_;
  const search::Parameters parameters_{search::Mode::Complete, file_.threshold, search::DigestKind::Exact};
  std::mt19937_64 random_{std::random_device{}()};
  std::vector<std::string> mismatches_;
  std::uint64_t slices_checked_ = 0;
  std::uint64_t primes_ = 0;
  std::uint64_t primes_checked_ = 0;
  std::uint64_t one_by_one_ = 0;
};

int run_verify(const VerifyFlags& flags) {
  const Output output = checked_output(flags.output);
  const double sample = checked_share("--sample", flags.sample);
  const std::uint64_t slices = flags.slices.empty() ? 0 : checked_number("--slices", flags.slices, 1, UINT32_MAX);
  const CertificateFile file = read_certificate(flags.file);
  const search::Strategies strategies;
  Verification verification(file, strategies);
  verification.run([&](std::size_t of) {
    return flags.all    ? of
           : slices > 0 ? static_cast<std::size_t>(slices)
                        : std::max<std::size_t>(1, static_cast<std::size_t>(sample * static_cast<double>(of)));
  });
  print(output == Output::Json ? verification.json().dump() + "\n" : verification.text());
  return number(verification.ok() ? ExitStatus::Done : ExitStatus::Mismatch);
}

}  // namespace

void add_certificate(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("certificate", "What a search of colossally-abundant proves so far");
  auto flags = std::make_shared<CertificateFlags>();
  flags->server.add_to(*command);
  command->add_option("--search", flags->search, "its id [the one that reaches furthest]");
  command->add_option("--store", flags->store, "the store of robin run [the database of the cluster]");
  command->add_option("--from", flags->from, "the certificate that the search continues");
  command->add_option("--out", flags->out, "write the certificate with all its blocks to this file, or to stdout (-)");
  command->add_option("-o,--output", flags->output, "text or json")->capture_default_str();
  command->footer(
      "Examples:\n  robin certificate --store robin.db --out certificate.json\n"
      "  robin certificate --server http://127.0.0.1:8080 -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_certificate(*flags); }; });
}

void add_verify(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("verify", "Check a certificate file again");
  auto flags = std::make_shared<VerifyFlags>();
  command->add_option("FILE", flags->file, "what robin certificate --out wrote")->required();
  command->add_option("--sample", flags->sample, "share of the slices to sum up again")->capture_default_str();
  command->add_option("--slices", flags->slices, "that many slices instead");
  command->add_flag("--all", flags->all, "all slices");
  command->add_option("-o,--output", flags->output, "text or json")->capture_default_str();
  command->footer(
      "The digest chain and the fold are checked for all blocks; slices that are drawn at random are summed up again,\n"
      "and about a million of their primes one by one, with Arb. Exit status 4 if anything does not "
      "agree.\n\nExamples:\n"
      "  robin verify certificate.json --sample 5%\n  robin verify certificate.json --all -o json\n");
  command->callback([&context, flags] { context.chosen = [flags] { return run_verify(*flags); }; });
}

}  // namespace robin::cli
