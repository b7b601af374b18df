#include "cli/search_flags.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include "api/parameters.hpp"
#include "math/number_text.hpp"
#include "runtime/plain_text.hpp"

namespace robin::cli {
namespace {

constexpr std::uint64_t threads_max = 1024;
constexpr std::uint64_t top_max = 1'000'000'000;
constexpr std::uint64_t threshold_max = 100;

[[noreturn]] void refuse(const std::string& flag, const std::string& reason) {
  throw CLI::ValidationError(flag, reason);
}

search::Position checked_position(const search::Strategy& strategy, const std::string& flag, const std::string& text) {
  const auto parsed = strategy.parse(text);
  const auto* position = math::accepted(parsed);
  if (position == nullptr) {
    refuse(flag, math::refusal_reason(parsed));
  }
  return *position;
}

search::Parameters checked_parameters(const SearchFlags& flags) {
  const auto mode = search::mode_from(flags.mode);
  if (!mode) {
    refuse("--mode", "'" + flags.mode + "' is none of complete, pruned, exact");
  }
  const auto digest = search::digest_kind_from(flags.digest);
  if (!digest) {
    refuse("--digest", "'" + flags.digest + "' is none of exact, original");
  }
  // Every superabundant number above 2 has a ratio above 1.
  const char* const by_default = *mode == search::Mode::Exact ? "1" : "1.767";
  const auto threshold = math::Decimal::parse(flags.threshold.empty() ? by_default : flags.threshold);
  if (math::accepted(threshold) == nullptr) {
    refuse("--threshold", math::refusal_reason(threshold));
  }
  const math::Decimal& value = *math::accepted(threshold);
  if (value.numerator() == math::Integer(0) || value.numerator() > value.denominator() * math::Integer(threshold_max)) {
    refuse("--threshold", "must be above 0 and at most 100 (ratios near e^gamma = 1.781 are what is looked for)");
  }
  return {*mode, value, *digest};
}

/// What a certifier knows at the end of a certificate file.
std::map<std::string, std::string> state_at_end(const CertificateFile& file, const search::Strategy& strategy) {
  auto begun = strategy.certifier({});
  search::Certifier& certifier = **std::get_if<std::unique_ptr<search::Certifier>>(&begun);
  for (const auto& block : file.blocks) {
    if (const auto objection = certifier.advance(block.block, block.candidates, block.extras)) {
      refuse("--from", "the block at " + strategy.text(block.block.begin) + " is not certified: " + objection->reason +
                           " (robin verify)");
    }
  }
  return certifier.state();
}

}  // namespace

void SearchFlags::add_search_to(CLI::App& command) {
  command
      .add_option(
          "--strategy", strategy,
          "exhaustive (every n), superabundant (every exponent pattern) or colossally-abundant (a proof for all n)")
      ->required();
  command.add_option("--begin", begin, "first position: n, or level:index");
  command.add_option("--end", end, "position after the last: ranges are half-open")->required();
  command.add_option("--threshold", threshold,
                     "keep every n whose ratio is at least this [1.767, with --mode exact 1]");
  command
      .add_option("--mode", mode,
                  "complete, pruned (the same without hopeless candidates) or exact (the superabundant numbers)")
      ->capture_default_str();
  command.add_option("--digest", digest, "exact or original")->capture_default_str();
  command.add_option("-o,--output", output, "text or json")->capture_default_str();
}

void SearchFlags::add_to(CLI::App& command) {
  add_search_to(command);
  command.add_option("--threads", threads, "threads that compute [number of cores]");
  command.add_option("--top", top, "witnesses to print: a number or all")->capture_default_str();
}

void SearchFlags::add_from_to(CLI::App& command) {
  command.add_option("--from", from,
                     "continue the certificate of this file (robin certificate --out); no --begin then");
}

std::uint64_t checked_number(const std::string& flag, const std::string& text, std::uint64_t min, std::uint64_t max) {
  const auto parsed = math::parse_integer(text);
  const auto* number = math::accepted(parsed);
  if (number == nullptr) {
    refuse(flag, math::refusal_reason(parsed));
  }
  if (*number < math::Integer(min) || *number > math::Integer(max)) {
    refuse(flag, "must be from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return number->to_uint64();
}

double checked_share(const std::string& flag, const std::string& text) {
  const auto share = math::parse_share(text);
  if (math::accepted(share) == nullptr) {
    refuse(flag, math::refusal_reason(share));
  }
  return *math::accepted(share);
}

std::string checked_kind(const std::string& text) {
  if (!api::kind_from(text)) {
    refuse("--kind", "'" + text + "' is none of witness, violation, undecided, best");
  }
  return text;
}

std::string checked_text(const std::string& flag, const std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max || !runtime::is_utf8(text)) {
    refuse(flag, "must be text in UTF-8 of at most " + std::to_string(bytes_max) + " bytes");
  }
  return text;
}

Output checked_output(const std::string& text) {
  if (text != "text" && text != "json") {
    refuse("--output", "'" + text + "' is none of text, json");
  }
  return text == "json" ? Output::Json : Output::Text;
}

SearchRequest checked(const SearchFlags& flags, const search::Strategies& strategies) {
  const search::Strategy* strategy = strategies.find(flags.strategy);
  if (strategy == nullptr) {
    refuse("--strategy", "'" + flags.strategy + "' is none of " + strategies.names());
  }
  const bool certifies = strategy->name() == "colossally-abundant";
  if (!certifies && !flags.from.empty()) {
    refuse("--from", "only strategy colossally-abundant continues a certificate");
  }
  std::optional<CertificateFile> from;
  if (!flags.from.empty()) {
    from = read_certificate(flags.from);
  } else if (flags.begin.empty()) {
    throw CLI::RequiredError("--begin");
  }
  const search::Position first = from ? from->end() : strategy->first();
  const search::Block range{flags.begin.empty() ? first : checked_position(*strategy, "--begin", flags.begin),
                            checked_position(*strategy, "--end", flags.end)};
  if (range.is_empty()) {
    refuse("--end", "must lie after --begin (ranges are half-open: [begin, end))");
  }
  if (certifies && flags.is_whole && range.begin != first) {
    refuse("--begin", from ? "the certificate of --from ends at " + strategy->text(first)
                           : "a certificate begins at 2 (or continues one: --from)");
  }
  const search::Parameters parameters = checked_parameters(flags);
  if (const auto reason = strategy->refuse(parameters)) {
    refuse("--mode", reason->reason);
  }
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto threads = flags.threads.empty() ? cores : checked_number("--threads", flags.threads, 1, threads_max);
  const auto top =
      flags.top == "all" ? std::numeric_limits<std::size_t>::max() : checked_number("--top", flags.top, 0, top_max);
  flow::SearchSpec spec{flags.strategy, range, parameters};
  if (from) {
    spec.origin = state_at_end(*from, *strategy);
  }
  return {strategy,       std::move(spec), static_cast<unsigned>(threads), top, checked_output(flags.output),
          std::move(from)};
}

}  // namespace robin::cli
