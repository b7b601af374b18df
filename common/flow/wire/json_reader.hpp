#pragma once

// JsonReader: reads the fields of one JSON object and remembers the first thing that is wrong, so that a decoder is a
// list of fields followed by one question. Used by one thread.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/ports/bounds.hpp"
#include "math/integer.hpp"
#include "search/witness.hpp"

namespace robin::flow {

class JsonReader {
 public:
  /// Parses `body`, which must be one object with "v": version.
  JsonReader(std::string_view body, int version);

  /// A string of at most `length_max` bytes; like all texts here without control characters (C0, C1, DEL).
  std::string text(const char* field, std::size_t length_max);
  /// An integer in [min, max].
  std::uint64_t number(const char* field, std::uint64_t min, std::uint64_t max);
  /// A number from 0 to bounds::seconds.
  double seconds(const char* field);
  /// An integer of up to 128 bits: a JSON number up to 2^53, a decimal string beyond.
  core::uint128 wide_number(const char* field);
  /// A list of [factorisation, ratio_lo, ratio_hi]. All of one message together take seconds to be read and judged.
  std::vector<search::Witness> witnesses(const char* field, std::size_t count_max);
  /// One such triple or null.
  std::optional<search::Witness> witness_or_null(const char* field);
  /// A list of strings of at most `length_max` bytes each.
  std::vector<std::string> list(const char* field, std::size_t count_max, std::size_t length_max);
  /// An object of strings, within bounds::extras and bounds::extras_bytes.
  std::map<std::string, std::string> texts(const char* field);

  /// A string as text() reads it; empty if there is no such field.
  std::string text_or_empty(const char* field, std::size_t length_max);
  /// A truth value; false if there is no such field.
  bool flag(const char* field);

  /// Records that a field is wrong; the first one stays.
  void fail(const char* field, const std::string& why);
  [[nodiscard]] bool is_good() const { return reason_.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  [[nodiscard]] const nlohmann::json* find(const char* field);
  [[nodiscard]] std::optional<search::Witness> triple(const char* field, const nlohmann::json& value);

  nlohmann::json object_;
  std::string reason_;
  std::uint64_t sieving_left_ = bounds::sieved_for_a_result;
};

/// A JSON number up to 2^53, a decimal string beyond.
[[nodiscard]] nlohmann::json wide_number(core::uint128 value);

}  // namespace robin::flow
