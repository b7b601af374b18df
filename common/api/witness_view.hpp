#pragma once

// A kept n as it is shown: n and sigma(n) are rendered from the factorisation only here, on output. Any thread may
// call.

#include <optional>
#include <string>

#include "api/model.hpp"
#include "math/factorization.hpp"
#include "search/witness.hpp"

namespace robin::api {

/// n and sigma(n) are shown as null if they have more digits than this.
inline constexpr std::size_t shown_digits_max = 10'000;

[[nodiscard]] Witness view(const search::Witness& witness);
/// The same with the factors of n, which were read before; nullopt: n is shown by its text alone.
[[nodiscard]] Witness view(const search::Witness& witness, const std::optional<math::Factorization>& factors);

/// n in digits if those are few, else its factorisation.
[[nodiscard]] std::string short_name(const Witness& witness);

}  // namespace robin::api
