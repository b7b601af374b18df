#include "horizon/input.hpp"

#include "core/contract.hpp"

namespace robin::horizon {

const InputText& text_of(Input input) {
  static constexpr InputText explicit_formula{
      "Ingham 1932, theorem 28",
      "the explicit formula for the integral of psi; with it Mertens' theorem, psi(x) ~ x, and that the sum of "
      "1/(rho (1 - rho)) over all zeros is 2 + gamma - log 4 pi",
      "A. E. Ingham, The distribution of prime numbers, Cambridge 1932, theorem 28; G. H. Hardy, E. M. Wright, An "
      "introduction to the theory of numbers, theorem 429; H. Davenport, Multiplicative number theory, chapter 12"};
  static constexpr InputText verified_zeros{
      "Platt, Trudgian 2021, theorem 1", "every zero of zeta with 0 < Im rho <= 3,000,175,332,800 has Re rho = 1/2",
      "D. Platt, T. Trudgian, The Riemann hypothesis is true up to 3*10^12, Bull. London Math. Soc. 53 (2021) 792-797"};
  static constexpr InputText count_of_zeros{
      "Rosser 1941: N(T)", "|N(t) - (t/2 pi) log(t/(2 pi e))| <= 0.2 log t + 12 for t >= e",
      "J. B. Rosser, Explicit bounds for some functions of prime numbers, Amer. J. Math. 63 (1941) 211-232; also from "
      "E. Hasanalizade, Q. Shen, P.-J. Wong, Counting zeros of the Riemann zeta function, J. Number Theory 235 (2022) "
      "219-241"};
  static constexpr InputText theta_up_to_1e19{
      "Buethe 2018, theorem 2",
      "0 < x - theta(x) for 1 <= x <= 10^19, and x - theta(x) <= 1.95 sqrt x for 1427 <= x <= 10^19 (quoted from 1423 "
      "on)",
      "J. Buethe, An analytic method for bounding psi(x), Math. Comp. 87 (2018) 1991-2009, theorem 2, (1.6) and (1.7)"};
  static constexpr InputText theta_under_height{"Buethe 2016, theorem 2",
                                                "if every zero up to height T lies on the critical line, |theta(x) - "
                                                "x| <= sqrt x log^2 x/(8 pi) for x > 599 with "
                                                "4.92 sqrt(x/log x) <= T",
                                                "J. Buethe, Estimating pi(x) and related functions under partial RH "
                                                "assumptions, Math. Comp. 85 (2016) 2483-2498, "
                                                "theorem 2"};
  switch (input) {
    case Input::ExplicitFormula:
      return explicit_formula;
    case Input::VerifiedZeros:
      return verified_zeros;
    case Input::CountOfZeros:
      return count_of_zeros;
    case Input::ThetaUpTo1e19:
      return theta_up_to_1e19;
    case Input::ThetaUnderHeight:
      break;
  }
  ROBIN_ASSERT(input == Input::ThetaUnderHeight, "every input has its text");
  return theta_under_height;
}

}  // namespace robin::horizon
