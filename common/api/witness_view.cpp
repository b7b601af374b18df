#include "api/witness_view.hpp"

#include <nlohmann/json.hpp>

#include "api/or_null.hpp"
#include "math/robin.hpp"

namespace robin::api {
namespace {

constexpr std::size_t short_digits_max = 30;

std::optional<std::string> decimal(const std::optional<math::Integer>& value) {
  return value ? std::optional<std::string>(value->to_decimal()) : std::nullopt;
}

}  // namespace

WitnessView::WitnessView(const search::Witness& witness)
    : factorization(witness.factorization), ratio_lo(witness.ratio_lo), ratio_hi(witness.ratio_hi) {
  const auto parsed = math::Factorization::parse(witness.factorization);
  if (const math::Factorization* factors = math::accepted(parsed)) {
    n = decimal(factors->value(shown_digits_max));
    sigma = decimal(factors->sigma(shown_digits_max));
    known_exception = math::is_known_exception(*factors);
  }
  // One that is too long to be read back is shown as it is: it has far more digits than can be shown.
}

nlohmann::ordered_json to_json(const WitnessView& view) {
  return {{"n", or_null(view.n)},         {"factorization", view.factorization},
          {"sigma", or_null(view.sigma)}, {"ratio_lo", view.ratio_lo},
          {"ratio_hi", view.ratio_hi},    {"known_exception", view.known_exception}};
}

std::string short_name(const WitnessView& view) {
  return view.n && view.n->size() <= short_digits_max ? *view.n : view.factorization;
}

}  // namespace robin::api
