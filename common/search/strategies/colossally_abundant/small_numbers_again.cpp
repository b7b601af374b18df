#include "search/strategies/colossally_abundant/small_numbers_again.hpp"

#include <cstdint>
#include <vector>

#include "math/ball.hpp"

namespace robin::search::colossally_abundant {

std::string check_small_numbers_again() {
  constexpr std::uint64_t last_exception = 5040;
  constexpr std::uint64_t last_looked_at = 55'440;
  constexpr slong bits = 64;
  std::vector<std::uint64_t> sigma(last_looked_at + 1);
  for (std::uint64_t d = 1; d < sigma.size(); ++d) {
    for (std::uint64_t n = d; n < sigma.size(); n += d) {
      sigma[n] += d;
    }
  }
  math::Ball exp_gamma;
  math::Ball line;
  arb_const_euler(exp_gamma, bits);
  arb_exp(exp_gamma, exp_gamma, bits);
  for (std::uint64_t n = last_exception + 1; n < sigma.size(); ++n) {
    arb_log_ui(line, n, bits);
    arb_log(line, line, bits);
    arb_mul(line, line, exp_gamma, bits);
    arb_mul_ui(line, line, n, bits);
    arb_sub_ui(line, line, sigma[n], bits);
    if (arb_is_positive(line) == 0) {
      return "Robin's inequality is not certain at n = " + std::to_string(n);
    }
  }
  return {};
}

}  // namespace robin::search::colossally_abundant
