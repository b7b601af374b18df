#include "cli/search_flags.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include "api/submission.hpp"
#include "cli/certificate_file.hpp"
#include "cli/verified_file.hpp"
#include "math/number_text.hpp"
#include "math/sieve_plan.hpp"
#include "runtime/plain_text.hpp"

namespace robin::cli {
namespace {

constexpr std::uint64_t threads_max = 1024;
constexpr std::uint64_t top_max = 1'000'000'000;

const api::Spelling spelling{"--", "--from"};

[[noreturn]] void refuse(const std::string& flag, const std::string& reason) {
  throw CLI::ValidationError(flag, reason);
}

/// Every door asks the same of a search.
flow::SearchSpec checked_spec(const search::Strategies& strategies, const api::SubmitOrder& order, bool is_whole) {
  try {
    return api::search_spec(strategies, order, is_whole ? api::Extent::Search : api::Extent::Block, spelling);
  } catch (const api::BadRequest& bad) {
    refuse("--" + bad.field(), bad.what());
  }
}

}  // namespace

std::string examples_of(const std::string& command, const std::string& more) {
  std::string lines;
  const search::Strategies strategies;
  for (const auto& strategy : strategies.all()) {
    lines += "  robin " + command + " --strategy " + std::string(strategy->name()) + " --begin " +
             strategy->text(strategy->first()) + " --end " + std::string(strategy->description().example_end) + more +
             "\n";
  }
  return lines;
}

void SearchFlags::add_search_to(CLI::App& command) {
  std::vector<std::string> described;
  const search::Strategies strategies;
  for (const auto& one : strategies.all()) {
    described.push_back(std::string(one->name()) + " (" + std::string(one->description().examines) + ")");
  }
  command.add_option("--strategy", strategy, either(described))->required();
  command.add_option("--begin", begin, "first position: n, or level:index");
  command.add_option("--end", end, "position after the last: ranges are half-open")->required();
  command.add_option("--threshold", threshold,
                     std::string("keep every n whose ratio is at least this [") +
                         search::default_threshold(search::Mode::Complete) + ", with --mode exact " +
                         search::default_threshold(search::Mode::Exact) + "]");
  command
      .add_option("--mode", mode,
                  "complete, pruned (the same without hopeless candidates) or exact (the superabundant numbers)")
      ->capture_default_str();
  command.add_option("--digest", digest, either(core::all_words<search::DigestKind>()))->capture_default_str();
  add_output(command, output);
}

void SearchFlags::add_to(CLI::App& command) {
  add_search_to(command);
  command.add_option("--threads", threads, "threads that compute [number of cores]");
  command.add_option("--cache-kib", cache_kib,
                     "second-level cache of a core, in KiB, half of which the sieve takes [what the system says]");
  command.add_option("--top", top, "witnesses to print: a number or all")->capture_default_str();
}

void SearchFlags::add_from_to(CLI::App& command) {
  command.add_option("--from", from,
                     "verify the certificate in this file (robin certificate --out) and continue it; no --begin then");
}

std::uint64_t checked_number(const std::string& flag, const std::string& text, std::uint64_t min, std::uint64_t max) {
  const auto parsed = math::parse_integer(text);
  const auto* number = core::accepted(parsed);
  if (number == nullptr) {
    refuse(flag, core::refusal_reason(parsed));
  }
  if (*number < math::Integer(min) || *number > math::Integer(max)) {
    refuse(flag, "must be from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return number->to_uint64();
}

std::string either(const std::vector<std::string>& words) {
  const std::string last = words.back();
  return runtime::joined({words.begin(), words.end() - 1}, ", ") + " or " + last;
}

double checked_share(const std::string& flag, const std::string& text) {
  const auto share = math::parse_share(text);
  if (core::accepted(share) == nullptr) {
    refuse(flag, core::refusal_reason(share));
  }
  return *core::accepted(share);
}

std::string checked_kind(const std::string& text) {
  if (!core::from_word<flow::Finding>(text)) {
    refuse("--kind", "'" + text + "' is none of " + runtime::joined(core::all_words<flow::Finding>(), ", "));
  }
  return text;
}

flow::BlockState checked_state(const std::string& text) {
  const auto state = api::block_state_from(text);
  if (!state) {
    refuse("--state", "'" + text + "' is none of " + runtime::joined(api::block_state_words(), ", "));
  }
  return *state;
}

std::string checked_text(const std::string& flag, const std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max || !runtime::is_utf8(text)) {
    refuse(flag, "must be text in UTF-8 of at most " + std::to_string(bytes_max) + " bytes");
  }
  return text;
}

void add_output(CLI::App& command, std::string& output) {
  command.add_option("-o,--output", output, "text or json")->capture_default_str();
}

Output checked_output(const std::string& text) {
  if (text != "text" && text != "json") {
    refuse("--output", "'" + text + "' is none of text, json");
  }
  return text == "json" ? Output::Json : Output::Text;
}

SearchRequest checked(const SearchFlags& flags, const search::Strategies& strategies) {
  api::SubmitOrder order{flags.strategy, flags.begin, flags.end, flags.mode, flags.threshold, flags.digest, {}};
  const search::Strategy* strategy = strategies.find(flags.strategy);
  if (strategy != nullptr && strategy->certificate_format().empty() && !flags.from.empty()) {
    refuse("--from", "strategy " + flags.strategy + " makes no certificates");
  }
  std::optional<api::CertificateDocument> from;
  if (strategy != nullptr && !flags.from.empty()) {
    from = read_certificate(flags.from, strategies);
    if (from->strategy != strategy) {
      refuse("--from", flags.from + " is a certificate of strategy " + std::string(from->strategy->name()));
    }
    // A file may say anything.
    if (strategy->end_max() <= from->end()) {
      refuse("--end", api::end_objection(spelling));
    }
    order.begin = flags.begin.empty() ? strategy->text(from->end()) : flags.begin;
  } else if (strategy != nullptr && flags.begin.empty()) {
    throw CLI::RequiredError("--begin");
  }
  flow::SearchSpec spec = checked_spec(strategies, order, flags.is_whole && !from);
  if (from && spec.range.begin != from->end()) {
    refuse("--begin", "the certificate of --from ends at " + strategy->text(from->end()));
  }
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto threads = flags.threads.empty() ? cores : checked_number("--threads", flags.threads, 1, threads_max);
  if (!flags.cache_kib.empty()) {
    math::SievePlan::set_second_level(1024 * checked_number("--cache-kib", flags.cache_kib,
                                                            math::SievePlan::second_level_kib_min,
                                                            math::SievePlan::second_level_kib_max));
  }
  const auto top =
      flags.top == "all" ? std::numeric_limits<std::size_t>::max() : checked_number("--top", flags.top, 0, top_max);
  if (from) {
    // Last: it takes about a second.
    const VerifiedFile verified(*from, {});
    if (!verified.ok()) {
      refuse("--from", flags.from + " is not verified: " + verified.mismatches().front() + " (robin verify)");
    }
    spec.origin = order.origin = verified.state();
  }
  return {strategy,
          std::move(spec),
          std::move(order),
          static_cast<unsigned>(threads),
          top,
          checked_output(flags.output),
          std::move(from)};
}

}  // namespace robin::cli
