#pragma once

// Whole numbers as words separated by spaces: the text form in which results and certificates of this strategy are
// stored, sent and hashed. NumberReader remembers whether all was well, so that a reader is a list of fields followed
// by one question. Used by one thread.

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "search/prime_windows/least_margin.hpp"
#include "search/prime_windows/step_sums.hpp"

namespace robin::search::prime_windows {

class NumberReader {
 public:
  /// `text` outlives this object.
  explicit NumberReader(std::string_view text) : rest_(text) {}

  uint128 number();
  /// Reads a number below 2^64.
  std::uint64_t small();
  /// Reads a number below 2^104 in magnitude (2^8 in units of 2^-96).
  int128 signed_number();
  /// Reads four numbers. Lower ends must not lie above upper ones, and none beyond what a position below 2^63 can have:
  /// L below 2^64, S below 2^8.
  StepSums sums();
  PrimeSums primes();
  LeastMargin margin();
  void expect(char c);

  [[nodiscard]] bool has_more();
  [[nodiscard]] bool is_finished() { return good_ && !has_more(); }
  [[nodiscard]] bool is_good() const { return good_; }

 private:
  void skip_spaces();

  std::string_view rest_;
  bool good_ = true;
};

/// Calls read(NumberReader&) with the words under `key`; false if it is missing or not read to its end.
template <class Read>
bool read_words(const std::map<std::string, std::string>& texts, const char* key, Read read) {
  const auto found = texts.find(key);
  if (found == texts.end()) {
    return false;
  }
  NumberReader reader(found->second);
  read(reader);
  return reader.is_finished();
}

[[nodiscard]] std::string words(std::initializer_list<std::string> all);
[[nodiscard]] std::string words_of(const StepSums& sums);
[[nodiscard]] std::string words_of(const PrimeSums& primes);
[[nodiscard]] std::string words_of(const LeastMargin& margin);

/// The number in decimal digits, with a minus sign if it is negative.
[[nodiscard]] std::string decimal(int128 value);
[[nodiscard]] std::string decimal(uint128 value);

}  // namespace robin::search::prime_windows
