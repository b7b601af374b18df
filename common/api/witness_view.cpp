#include "api/witness_view.hpp"

#include "math/robin.hpp"

namespace robin::api {
namespace {

constexpr std::size_t short_digits_max = 30;

std::optional<std::string> decimal(const std::optional<math::Integer>& value) {
  return value ? std::optional<std::string>(value->to_decimal()) : std::nullopt;
}

}  // namespace

Witness view(const search::Witness& witness, const std::optional<math::Factorization>& factors) {
  Witness seen{{}, witness.factorization, {}, witness.ratio_lo, witness.ratio_hi, false};
  if (factors) {
    seen.n = decimal(factors->value(shown_digits_max));
    seen.sigma = decimal(factors->sigma(shown_digits_max));
    seen.known_exception = math::is_known_exception(*factors);
  }
  return seen;
}

Witness view(const search::Witness& witness) {
  const auto parsed = math::Factorization::parse(witness.factorization);
  const auto* factors = core::accepted(parsed);
  // One that is too long to be read back is shown as it is: it has far more digits than can be shown.
  return view(witness, factors == nullptr ? std::nullopt : std::optional(*factors));
}

std::string short_name(const Witness& witness) {
  return witness.n && witness.n->size() <= short_digits_max ? *witness.n : witness.factorization;
}

}  // namespace robin::api
