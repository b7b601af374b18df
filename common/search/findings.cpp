#include "search/findings.hpp"

#include <iterator>
#include <utility>

#include "math/robin.hpp"

namespace robin::search {
namespace {

void append(std::vector<Witness>& list, std::vector<Witness>&& next) {
  list.insert(list.end(), std::make_move_iterator(next.begin()), std::make_move_iterator(next.end()));
}

}  // namespace

double certify(const math::Factorization& n, const Parameters& parameters, Best best, Findings& findings) {
  const math::PrecisionRange precision;
  const auto [verdict, ratio] = math::assess(n, precision);
  const math::Side side = math::compare_ratio(n, ratio, parameters.threshold, precision);
  const auto witness = [&n, enclosure = &ratio] { return Witness::from(n, *enclosure); };
  if (verdict == math::Verdict::Violates) {
    findings.violations.push_back(witness());
  }
  if (side == math::Side::AtLeast) {
    findings.witnesses.push_back(witness());
  }
  if (verdict == math::Verdict::Undecided || side == math::Side::Undecided) {
    findings.undecided.push_back(witness());
  }
  if (best == Best::Kept) {
    keep_best(findings.best, witness());
  }
  return ratio.lower_double();
}

void keep_best(std::optional<Witness>& best, const Witness& challenger) {
  if (!best || certainly_greater(challenger, *best)) {
    best = challenger;
  }
}

void append(Findings& findings, Findings&& next) {
  findings.candidates += next.candidates;
  append(findings.violations, std::move(next.violations));
  append(findings.witnesses, std::move(next.witnesses));
  append(findings.undecided, std::move(next.undecided));
  if (next.best) {
    keep_best(findings.best, *next.best);
  }
}

}  // namespace robin::search
