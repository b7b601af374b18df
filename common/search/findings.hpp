#pragma once

// Findings: what examining a run of positions yields. Findings of neighbouring runs append to those of their union, so
// the result of a block does not depend on how it was cut. Lists are in order of enumeration.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "search/parameters.hpp"
#include "search/position.hpp"
#include "search/witness.hpp"

namespace robin::search {

/// What a strategy adds to a result; its keys and integers are its own.
using Extras = std::map<std::string, std::string>;

struct Findings {
  uint128 candidates = 0;
  std::vector<Witness> violations;
  std::vector<Witness> witnesses;
  /// Numbers whose verdict or threshold could not be settled within the limit of precision. They are stored and raise
  /// an alert, and are never dropped.
  std::vector<Witness> undecided;
  /// The greatest ratio over all candidates, for strategies that look for it.
  std::optional<Witness> best;
  Extras extras;

  friend bool operator==(const Findings&, const Findings&) = default;
};

/// Whether certify() also keeps the greatest ratio.
enum class Best { Kept, Ignored };

/// Certifies n by enclosures and files it: a violation, a witness, both, undecided, or none of these.
/// Returns the greatest lower bound (as a double, rounded down) of the ratio that was found.
double certify(const math::Factorization& n, const Parameters& parameters, Best best, Findings& findings);

/// Appends the findings of the run that follows. Extras are left alone: Strategy::conclude writes them.
void append(Findings& findings, Findings&& next);

/// Replaces the best if the challenger's ratio is certainly greater.
void keep_best(std::optional<Witness>& best, const Witness& challenger);

}  // namespace robin::search
