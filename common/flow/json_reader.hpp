#pragma once

// JsonReader: reads the fields of one JSON object and remembers the first thing that is wrong, so that a decoder is a
// list of fields followed by one question. Used by one thread.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "math/integer.hpp"
#include "search/witness.hpp"

namespace robin::flow {

class JsonReader {
 public:
  /// Parses `body`, which must be one object with "v": version.
  JsonReader(std::string_view body, int version);
  /// The same of what is parsed already.
  JsonReader(nlohmann::json message, int version);

  /// A string of at most `length_max` bytes.
  std::string text(const char* field, std::size_t length_max);
  /// An integer in [min, max].
  std::uint64_t number(const char* field, std::uint64_t min, std::uint64_t max);
  /// A finite number >= 0.
  double seconds(const char* field);
  /// An integer of up to 128 bits: a JSON number up to 2^53, a decimal string beyond.
  math::uint128 wide_number(const char* field);
  /// A list of [factorisation, ratio_lo, ratio_hi].
  std::vector<search::Witness> witnesses(const char* field);
  /// One such triple or null.
  std::optional<search::Witness> witness_or_null(const char* field);
  /// A list of strings of at most `length_max` bytes each.
  std::vector<std::string> list(const char* field, std::size_t length_max);
  /// An object of strings.
  std::map<std::string, std::string> texts(const char* field);

  /// A truth value; false if there is no such field.
  bool flag(const char* field);
  /// A list of at most `length_max` messages, taken out of this one; not empty.
  std::vector<nlohmann::json> messages(const char* field, std::size_t length_max);

  /// Records that a field is wrong; the first one stays.
  void fail(const char* field, const std::string& why);
  [[nodiscard]] bool is_good() const { return reason_.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  [[nodiscard]] const nlohmann::json* find(const char* field);
  [[nodiscard]] std::optional<search::Witness> triple(const char* field, const nlohmann::json& value);

  nlohmann::json object_;
  std::string reason_;
};

/// A JSON number up to 2^53, a decimal string beyond.
[[nodiscard]] nlohmann::json wide_number(math::uint128 value);

}  // namespace robin::flow
