#pragma once

// Summary: what `run` and `block` print, as JSON with the keys of the contract or as text for people.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_status.hpp"
#include "cli/search_flags.hpp"
#include "math/number_text.hpp"
#include "search/claim.hpp"
#include "search/description.hpp"
#include "search/witness.hpp"

namespace robin::cli {

/// Who computed a result. What a fleet says is a claim; what this process computed is not.
enum class Origin { ThisProcess, Fleet };

struct Summary {
  search::uint128 candidates = 0;
  /// The violations, as take_violations() sets them.
  std::vector<search::Witness> violations;
  /// For each violation what this process itself finds of it: nothing is called a counterexample because somebody said
  /// so.
  std::vector<search::Standing> standings;
  std::uint64_t witness_count = 0;
  /// The best witnesses by ratio, the greatest first, at most as many as asked for.
  std::vector<search::Witness> witnesses;
  std::vector<search::Witness> undecided;
  /// The greatest ratio over all candidates, where the strategy looks for it.
  std::optional<search::Witness> best;
  std::string digest;
  double elapsed_seconds = 0;
  /// Counts of blocks; `run` alone has them.
  struct Blocks {
    std::uint64_t finished;
    std::uint64_t failed;
  };
  std::optional<Blocks> blocks;
  /// The lines that the strategy makes of its extras.
  search::Details details;
  /// The certificate of a `run` whose strategy makes one: as JSON, as a sentence, and why it does not hold (empty if it
  /// does).
  struct CertificateTexts {
    nlohmann::ordered_json json;
    std::string sentence;
    std::string refusal;
  };
  std::optional<CertificateTexts> certificate;
};

/// Sets violations and standings: judges each violation from its factors. One that is too large for that counts as
/// certified only if this process computed it step by step.
void take_violations(Summary& summary, const search::Strategy& strategy, std::vector<search::Witness> violations,
                     Origin origin);

/// If a fleet computed them: leaves out those of the shown witnesses that claim a ratio that is not theirs, or that
/// take long to read.
void certify_witnesses(Summary& summary, const search::Strategy& strategy, Origin origin);

/// The summary as one JSON object on one line.
[[nodiscard]] std::string json_text(const SearchRequest& request, const Summary& summary);

[[nodiscard]] std::string plain_text(const SearchRequest& request, const Summary& summary);

/// The exit status: Violation if an n > 5040 certainly violates; Failure if something is undecided or failed, or a
/// violation is claimed that is not certified; else Done.
[[nodiscard]] ExitStatus status_of(const Summary& summary);

using math::grouped;

/// A number with a unit: 1234567 as "1.23 M".
[[nodiscard]] std::string with_unit(double value);

}  // namespace robin::cli
