#include "search/prime_windows/number_words.hpp"

#include <algorithm>

namespace robin::search::prime_windows {

using math::Integer;

namespace {

constexpr std::string_view spaces = " \t\n\v\f\r";
constexpr std::string_view digits = "0123456789";
/// log2 of what is too large for L (in units of 2^-64) and for S and margins (in units of 2^-96).
constexpr unsigned log_sum_end = 127;
constexpr uint128 log_sum_room = uint128{1} << 120U;
constexpr unsigned growth_end = 104;

}  // namespace

void NumberReader::skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size())); }

uint128 NumberReader::number() {
  skip_spaces();
  const std::size_t length = std::min(rest_.find_first_not_of(digits), rest_.size());
  const auto value = core::wide_from_decimal(rest_.substr(0, length));
  rest_.remove_prefix(length);
  good_ = good_ && value.has_value();
  return value.value_or(0);
}

std::uint64_t NumberReader::small() {
  const uint128 value = number();
  good_ = good_ && value <= UINT64_MAX;
  return static_cast<std::uint64_t>(value);
}

int128 NumberReader::signed_number() {
  skip_spaces();
  const bool negative = rest_.starts_with('-');
  rest_.remove_prefix(negative ? 1 : 0);
  const uint128 value = number();
  good_ = good_ && (value >> growth_end) == 0;
  return negative ? -static_cast<int128>(value) : static_cast<int128>(value);
}

StepSums NumberReader::sums() {
  StepSums sums;
  sums.log_lo = number();
  sums.log_hi = number();
  sums.growth_lo = number();
  sums.growth_hi = number();
  good_ = good_ && sums.log_lo <= sums.log_hi && sums.growth_lo <= sums.growth_hi &&
          sums.log_hi < (uint128{1} << log_sum_end) + log_sum_room && (sums.growth_hi >> growth_end) == 0;
  return sums;
}

PrimeSums NumberReader::primes() {
  PrimeSums primes;
  primes.count = small();
  primes.sum = number();
  return primes;
}

LeastMargin NumberReader::margin() {
  const int128 value = signed_number();
  return {value, small()};
}

void NumberReader::expect(char c) {
  skip_spaces();
  good_ = good_ && rest_.starts_with(c);
  rest_.remove_prefix(rest_.empty() ? 0 : 1);
}

bool NumberReader::has_more() {
  skip_spaces();
  return good_ && !rest_.empty();
}

std::string words(std::initializer_list<std::string> all) {
  std::string text;
  for (const auto& word : all) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::string words_of(const StepSums& sums) {
  return words({decimal(sums.log_lo), decimal(sums.log_hi), decimal(sums.growth_lo), decimal(sums.growth_hi)});
}

std::string words_of(const PrimeSums& primes) { return words({std::to_string(primes.count), decimal(primes.sum)}); }

std::string words_of(const LeastMargin& margin) { return words({decimal(margin.value), std::to_string(margin.at)}); }

std::string decimal(uint128 value) { return Integer::from_uint128(value).to_decimal(); }
std::string decimal(int128 value) {
  return value < 0 ? "-" + decimal(static_cast<uint128>(-value)) : decimal(static_cast<uint128>(value));
}

}  // namespace robin::search::prime_windows
