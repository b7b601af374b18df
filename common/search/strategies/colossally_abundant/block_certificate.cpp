#include "search/strategies/colossally_abundant/block_certificate.hpp"

#include <sstream>

namespace robin::search::colossally_abundant {
namespace {

using math::Integer;

std::string words(std::initializer_list<std::string> all) {
  std::string text;
  for (const auto& word : all) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::string text_of(const StepSums& sums) {
  return words({decimal(sums.log_lo), decimal(sums.log_hi), decimal(sums.abundancy_lo), decimal(sums.abundancy_hi)});
}

/// Reads words of one extra; remembers whether all was well.
class Reader {
 public:
  explicit Reader(const std::string& text) : words_(text) {}

  uint128 number() {
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
  std::uint64_t small() {
    const uint128 value = number();
    good_ = good_ && value <= UINT64_MAX;
    return static_cast<std::uint64_t>(value);
  }
  int128 signed_number() {
    words_ >> std::ws;
    const bool negative = words_.peek() == '-';
    if (negative) {
      words_.get();
    }
    const uint128 value = number();
    good_ = good_ && value < (uint128{1} << 127U);
    return negative ? -static_cast<int128>(value) : static_cast<int128>(value);
  }
  StepSums sums() {
    StepSums sums;
    sums.log_lo = number();
    sums.log_hi = number();
    sums.abundancy_lo = number();
    sums.abundancy_hi = number();
    good_ = good_ && sums.log_lo <= sums.log_hi && sums.abundancy_lo <= sums.abundancy_hi;
    return sums;
  }
  PrimeSums primes() {
    PrimeSums primes;
    primes.count = small();
    primes.sum = number();
    return primes;
  }
  void expect(char c) {
    words_ >> std::ws;
    good_ = good_ && words_.get() == c;
  }
  bool has_more() {
    words_ >> std::ws;
    return good_ && words_.peek() != std::istringstream::traits_type::eof();
  }
  [[nodiscard]] bool is_finished() { return good_ && !has_more(); }
  [[nodiscard]] bool is_good() const { return good_; }

 private:
  std::istringstream words_;
  bool good_ = true;
};

using Extras = std::map<std::string, std::string>;

/// Calls read with the words of `key`; false if it is missing or not read to its end.
template <class Read>
bool read_extra(const Extras& extras, const char* key, Read read) {
  const auto found = extras.find(key);
  if (found == extras.end()) {
    return false;
  }
  Reader reader(found->second);
  read(reader);
  return reader.is_finished();
}

/// "2^21 3^13": split at the signs, so that every word is a number.
std::string spaced(std::string text) {
  for (char& c : text) {
    c = c == '^' ? ' ' : c;
  }
  return text;
}

}  // namespace

std::string decimal(uint128 value) { return Integer::from_uint128(value).to_decimal(); }
std::string decimal(int128 value) {
  return value < 0 ? "-" + decimal(static_cast<uint128>(-value)) : decimal(static_cast<uint128>(value));
}

std::map<std::string, std::string> to_extras(const BlockCertificate& certificate) {
  Extras extras;
  extras["primes"] = words({std::to_string(certificate.primes.count), decimal(certificate.primes.sum)});
  extras["sums"] = text_of(certificate.sums);
  if (certificate.bound) {
    const auto& [at, minimum_at] = *certificate.bound;
    extras["bound"] = words({decimal(at[0]), decimal(at[1]), decimal(at[2])});
    extras["minimum_at"] =
        words({std::to_string(minimum_at[0]), std::to_string(minimum_at[1]), std::to_string(minimum_at[2])});
  }
  if (certificate.origin) {
    extras["origin"] = text_of(*certificate.origin);
  }
  if (certificate.margin) {
    extras["margin"] = words({decimal(certificate.margin->value), std::to_string(certificate.margin->at)});
  }
  std::string& steps = extras["higher_steps"];
  for (const auto& [prime, exponent] : certificate.higher_steps) {
    steps += (steps.empty() ? "" : " ") + std::to_string(prime) + "^" + std::to_string(exponent);
  }
  std::string& slices = extras["slices"];
  for (const auto& slice : certificate.slices) {
    slices += (slices.empty() ? "" : "; ") + words({std::to_string(slice.end), std::to_string(slice.primes.count),
                                                    decimal(slice.primes.sum), text_of(slice.sums)});
  }
  return extras;
}

math::Parsed<BlockCertificate> from_extras(const Extras& extras) {
  BlockCertificate all;
  const auto refuse = [](const char* key) { return math::Refusal{std::string(key) + ": missing or not readable"}; };
  if (!read_extra(extras, "primes", [&](Reader& reader) { all.primes = reader.primes(); })) {
    return refuse("primes");
  }
  if (!read_extra(extras, "sums", [&](Reader& reader) { all.sums = reader.sums(); })) {
    return refuse("sums");
  }
  if (extras.contains("bound")) {
    MarginBound& bound = all.bound.emplace();
    if (!read_extra(extras, "bound", [&](Reader& reader) {
          for (auto& value : bound.at) {
            value = reader.signed_number();
          }
        })) {
      return refuse("bound");
    }
    if (!read_extra(extras, "minimum_at", [&](Reader& reader) {
          for (auto& at : bound.minimum_at) {
            at = reader.small();
          }
        })) {
      return refuse("minimum_at");
    }
  } else if (!read_extra(extras, "origin", [&](Reader& reader) { all.origin = reader.sums(); })) {
    return refuse("origin");
  }
  if (extras.contains("margin") && !read_extra(extras, "margin", [&](Reader& reader) {
        const int128 value = reader.signed_number();
        all.margin = LeastMargin{value, reader.small()};
      })) {
    return refuse("margin");
  }
  const auto steps = extras.find("higher_steps");
  if (steps == extras.end()) {
    return refuse("higher_steps");
  }
  Reader step_reader(spaced(steps->second));
  while (step_reader.has_more()) {
    const std::uint64_t prime = step_reader.small();
    all.higher_steps.emplace_back(prime, static_cast<std::uint32_t>(step_reader.small()));
  }
  const bool slices_read = read_extra(extras, "slices", [&](Reader& reader) {
    while (reader.has_more() && all.slices.size() < slices_max) {
      if (!all.slices.empty()) {
        reader.expect(';');
      }
      SliceSums slice{};
      slice.end = reader.small();
      slice.primes = reader.primes();
      slice.sums = reader.sums();
      all.slices.push_back(slice);
    }
  });
  if (!step_reader.is_good() || !slices_read) {
    return refuse(step_reader.is_good() ? "slices" : "higher_steps");
  }
  return all;
}

}  // namespace robin::search::colossally_abundant
