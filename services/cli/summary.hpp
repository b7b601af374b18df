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

/// Who computed a result: what a fleet says is a claim.
enum class Origin { ThisProcess, Fleet };

struct Summary {
  search::uint128 candidates = 0;
  /// As take_violations() leaves them.
  std::vector<search::Witness> violations;
  /// What this process itself finds of each: nothing is called a counterexample because somebody said so.
  std::vector<search::Standing> standings;
  std::uint64_t witness_count = 0;
  /// The best by ratio, greatest first, at most as many as asked for.
  std::vector<search::Witness> witnesses;
  std::vector<search::Witness> undecided;
  /// The greatest ratio over all candidates, where the strategy looks for it.
  std::optional<search::Witness> best;
  std::string digest;
  double elapsed_seconds = 0;
  /// Of `run` only.
  struct Blocks {
    std::uint64_t finished;
    std::uint64_t failed;
  };
  std::optional<Blocks> blocks;
  /// What the strategy says of the extras.
  search::Details details;
  /// Of a `run` whose strategy certifies: the certificate as JSON and as a sentence, and why it does not hold, if it
  /// does not.
  struct CertificateTexts {
    nlohmann::ordered_json json;
    std::string sentence;
    std::string refusal;
  };
  std::optional<CertificateTexts> certificate;
};

/// Judges each from its factors. What is too large for that violates if this process computed it, step by step.
void take_violations(Summary& summary, const search::Strategy& strategy, std::vector<search::Witness> violations,
                     Origin origin);

/// Of a fleet: leaves out whichever of the best witnesses shown claims a ratio that is not its own, or takes long to
/// read.
void certify_witnesses(Summary& summary, const search::Strategy& strategy, Origin origin);

/// One JSON object on one line.
[[nodiscard]] std::string json_text(const SearchRequest& request, const Summary& summary);

[[nodiscard]] std::string plain_text(const SearchRequest& request, const Summary& summary);

/// Violation if one with n > 5040 is certified, Failure if something is undecided or failed, or if a violation is
/// claimed that is not certified, else Done.
[[nodiscard]] ExitStatus status_of(const Summary& summary);

using math::grouped;

/// 1234567 as "1.23 M".
[[nodiscard]] std::string with_unit(double value);

}  // namespace robin::cli
