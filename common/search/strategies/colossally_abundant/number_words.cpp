#include "search/strategies/colossally_abundant/number_words.hpp"

namespace robin::search::colossally_abundant {

using math::Integer;

uint128 NumberReader::number() {
  std::string digits;
  words_ >> std::ws;
  for (int c = words_.peek(); '0' <= c && c <= '9'; c = words_.peek()) {
    digits += static_cast<char>(words_.get());
  }
  const auto integer = Integer::from_decimal(digits);
  const auto value = integer ? integer->to_uint128() : std::nullopt;
  good_ = good_ && value.has_value();
  return value.value_or(0);
}

std::uint64_t NumberReader::small() {
  const uint128 value = number();
  good_ = good_ && value <= UINT64_MAX;
  return static_cast<std::uint64_t>(value);
}

int128 NumberReader::signed_number() {
  words_ >> std::ws;
  const bool negative = words_.peek() == '-';
  if (negative) {
    words_.get();
  }
  const uint128 value = number();
  good_ = good_ && value < (uint128{1} << 127U);
  return negative ? -static_cast<int128>(value) : static_cast<int128>(value);
}

StepSums NumberReader::sums() {
  StepSums sums;
  sums.log_lo = number();
  sums.log_hi = number();
  sums.abundancy_lo = number();
  sums.abundancy_hi = number();
  good_ = good_ && sums.log_lo <= sums.log_hi && sums.abundancy_lo <= sums.abundancy_hi;
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
  words_ >> std::ws;
  good_ = good_ && words_.get() == c;
}

bool NumberReader::has_more() {
  words_ >> std::ws;
  return good_ && words_.peek() != std::istringstream::traits_type::eof();
}

std::string words(std::initializer_list<std::string> all) {
  std::string text;
  for (const auto& word : all) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::string words_of(const StepSums& sums) {
  return words({decimal(sums.log_lo), decimal(sums.log_hi), decimal(sums.abundancy_lo), decimal(sums.abundancy_hi)});
}

std::string words_of(const PrimeSums& primes) { return words({std::to_string(primes.count), decimal(primes.sum)}); }

std::string words_of(const LeastMargin& margin) { return words({decimal(margin.value), std::to_string(margin.at)}); }

std::string decimal(uint128 value) { return Integer::from_uint128(value).to_decimal(); }
std::string decimal(int128 value) {
  return value < 0 ? "-" + decimal(static_cast<uint128>(-value)) : decimal(static_cast<uint128>(value));
}

}  // namespace robin::search::colossally_abundant
