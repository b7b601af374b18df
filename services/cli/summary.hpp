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
#include "search/strategies/exhaustive/ratio_histogram.hpp"
#include "search/witness.hpp"

namespace robin::cli {

struct Summary {
  search::uint128 candidates = 0;
  std::vector<search::Witness> violations;
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
  /// Of strategy exhaustive.
  std::optional<search::exhaustive::RatioHistogram> histogram;
  /// Of strategy colossally-abundant: count and sum of its primes.
  struct Primes {
    std::uint64_t count;
    search::uint128 sum;
  };
  std::optional<Primes> primes;
  /// Of a `run` of it: the certificate as JSON and as a sentence, and why it does not hold, if it does not.
  struct CertificateTexts {
    nlohmann::ordered_json json;
    std::string sentence;
    std::string refusal;
  };
  std::optional<CertificateTexts> certificate;
};

/// One JSON object on one line.
[[nodiscard]] std::string json_text(const SearchRequest& request, const Summary& summary);

[[nodiscard]] std::string plain_text(const SearchRequest& request, const Summary& summary);

/// Violation if one with n > 5040 was certified, Failure if something is undecided or failed, else Done.
[[nodiscard]] ExitStatus status_of(const Summary& summary);

using math::grouped;

/// 1234567 as "1.23 M".
[[nodiscard]] std::string with_unit(double value);

}  // namespace robin::cli
