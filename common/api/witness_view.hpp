#pragma once

// WitnessView: a kept n as it is shown: n and sigma(n) are rendered from the factorisation only here, on output.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "math/factorization.hpp"
#include "search/witness.hpp"

namespace robin::api {

/// n and sigma(n) with more digits than this are null.
inline constexpr std::size_t shown_digits_max = 10'000;

struct WitnessView {
  explicit WitnessView(const search::Witness& witness);

  std::optional<std::string> n;
  std::string factorization;
  std::optional<std::string> sigma;
  std::string ratio_lo;
  std::string ratio_hi;
  bool known_exception = false;
};

/// {n, factorization, sigma, ratio_lo, ratio_hi, known_exception}
[[nodiscard]] nlohmann::ordered_json to_json(const WitnessView& view);

/// n in digits if that is short, else its factorisation.
[[nodiscard]] std::string short_name(const WitnessView& view);

}  // namespace robin::api
