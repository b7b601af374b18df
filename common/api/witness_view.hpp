#pragma once

// A kept n as it is shown: n and sigma(n) are rendered from the factorisation only here, on output. Any thread may
// call.

#include <optional>
#include <string>

#include "api/model.hpp"
#include "math/factorization.hpp"
#include "search/witness.hpp"

namespace robin::api {

/// n and sigma(n) with more digits than this are null.
inline constexpr std::size_t shown_digits_max = 10'000;

[[nodiscard]] Witness view(const search::Witness& witness);
/// With its factors as they were read; nullopt: n is shown by its text alone.
[[nodiscard]] Witness view(const search::Witness& witness, const std::optional<math::Factorization>& factors);

/// n in digits if that is short, else its factorisation.
[[nodiscard]] std::string short_name(const Witness& witness);

}  // namespace robin::api
