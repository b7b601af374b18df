#include "search/prime_windows/certificate.hpp"

#include "math/number_text.hpp"
#include "search/prime_windows/number_words.hpp"

namespace robin::search::prime_windows {
namespace {

using math::Integer;
using math::Interval;

constexpr int digits_of_figures = 24;
constexpr int digits_of_height = 12;
constexpr int digits_in_sentence = 9;

}  // namespace

std::string log_n_lo(const Certificate& certificate) {
  return fixed_interval(certificate.sums.log_lo, certificate.sums.log_lo, log_bits).lower_decimal(digits_of_figures);
}

std::string log_n_hi(const Certificate& certificate) {
  return fixed_interval(certificate.sums.log_hi, certificate.sums.log_hi, log_bits).upper_decimal(digits_of_figures);
}

std::string log10_log10_n(const Certificate& certificate, int digits) {
  const Interval log_10 = Interval::log(Interval::from(Integer(10), precision), precision);
  const Interval log10_n =
      Interval::div(fixed_interval(certificate.sums.log_lo, certificate.sums.log_lo, log_bits), log_10, precision);
  if (!Interval::from(Integer(1), precision).certainly_less_than(log10_n)) {
    return {};
  }
  return Interval::div(Interval::log(log10_n, precision), log_10, precision).lower_decimal(digits);
}

std::string margin_text(const LeastMargin& margin) {
  if (margin.value <= 0) {
    return {};
  }
  return fixed_interval(static_cast<uint128>(margin.value), static_cast<uint128>(margin.value), growth_bits)
      .lower_decimal(digits_of_figures);
}

std::string min_log_margin(const Certificate& certificate) {
  return certificate.margin ? margin_text(*certificate.margin) : std::string();
}

Extras state_of(const Certificate& certificate) {
  Extras state = {{"position", std::to_string(certificate.largest_position)},
                  {"blocks", std::to_string(certificate.blocks)},
                  {"steps", std::to_string(certificate.steps)},
                  {"primes", words_of(certificate.primes)},
                  {"sums", words_of(certificate.sums)}};
  if (certificate.margin) {
    state["margin"] = words_of(*certificate.margin);
  }
  if (certificate.unchecked_up_to != 0) {
    state[unchecked_up_to_key] = std::to_string(certificate.unchecked_up_to);
  }
  return state;
}

core::Parsed<Certificate> certificate_from(const Extras& state) {
  Certificate all;
  const auto read = [&state](const char* key, auto field) { return read_words(state, key, field); };
  const bool readable =
      read("position", [&all](NumberReader& reader) { all.largest_position = reader.small(); }) &&
      read("blocks", [&all](NumberReader& reader) { all.blocks = reader.small(); }) &&
      read("steps", [&all](NumberReader& reader) { all.steps = reader.small(); }) &&
      read("primes", [&all](NumberReader& reader) { all.primes = reader.primes(); }) &&
      read("sums", [&all](NumberReader& reader) { all.sums = reader.sums(); }) &&
      (!state.contains("margin") || read("margin", [&all](NumberReader& reader) { all.margin = reader.margin(); })) &&
      (!state.contains(unchecked_up_to_key) ||
       read(unchecked_up_to_key, [&all](NumberReader& reader) { all.unchecked_up_to = reader.small(); }));
  return readable ? core::Parsed<Certificate>(all) : core::Refusal{"no state of a certificate"};
}

Proof proof_of(const Certificate& certificate, const Claim& claim) {
  Proof proof;
  proof.proves = certificate.margin.has_value();
  proof.end = {certificate.largest_position};
  proof.blocks = certificate.blocks;
  proof.log_n_lo = log_n_lo(certificate);
  proof.log_n_hi = log_n_hi(certificate);
  proof.log10_log10_n = log10_log10_n(certificate, digits_of_height);
  proof.prime_count = certificate.primes.count;
  proof.prime_sum = certificate.primes.sum;
  proof.min_log_margin = min_log_margin(certificate);
  if (certificate.unchecked_up_to != 0) {
    proof.unchecked_up_to = Position{certificate.unchecked_up_to};
  }
  if (!proof.proves) {
    proof.sentence = claim.nothing_yet;
    return proof;
  }
  proof.sentence =
      std::string(claim.holds) + ", log10 log10 N = " + math::cut(proof.log10_log10_n, digits_in_sentence) + "...";
  proof.remarks = {
      "N is " + std::string(claim.what_n_is) + " x = " + math::grouped(certificate.largest_position) + "; " +
          math::grouped(certificate.primes.count) + " primes were summed up.",
      "log N in [" + proof.log_n_lo + ", " + proof.log_n_hi + "], certified margin >= " + proof.min_log_margin};
  if (proof.unchecked_up_to) {
    proof.remarks.push_back("Up to x = " + math::grouped(certificate.unchecked_up_to) +
                            " this rests on a certificate that was handed in and not looked at here (robin verify its "
                            "file).");
  }
  return proof;
}

}  // namespace robin::search::prime_windows
