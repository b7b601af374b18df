#pragma once

#include <string>

namespace robin::search::colossally_abundant {

/// Robin's inequality at every n in (5040, 55440], by sums of divisors that are added up one by one and the balls of
/// Arb: names the first at which it is not certain; empty if there is none.  Cost: a tenth of a second.
[[nodiscard]] std::string check_small_numbers_again();

}  // namespace robin::search::colossally_abundant
