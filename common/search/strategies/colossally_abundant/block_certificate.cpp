#include "search/strategies/colossally_abundant/block_certificate.hpp"

#include "search/prime_windows/number_words.hpp"

namespace robin::search::colossally_abundant {
namespace {

/// No power of a prime below 2^63 has a greater one.
constexpr std::uint64_t exponent_max = 63;

/// "2^21 3^13": split at the signs, so that every word is a number.
std::string spaced(std::string text) {
  for (char& c : text) {
    c = c == '^' ? ' ' : c;
  }
  return text;
}

}  // namespace

Extras to_extras(const BlockCertificate& certificate) {
  Extras extras;
  write(certificate, extras);
  if (certificate.bound) {
    const auto& [at, minimum_at] = *certificate.bound;
    extras["bound"] = words({decimal(at[0]), decimal(at[1]), decimal(at[2])});
    extras["minimum_at"] =
        words({std::to_string(minimum_at[0]), std::to_string(minimum_at[1]), std::to_string(minimum_at[2])});
  }
  std::string& steps = extras["higher_steps"];
  for (const auto& [prime, exponent] : certificate.higher_steps) {
    steps += (steps.empty() ? "" : " ") + std::to_string(prime) + "^" + std::to_string(exponent);
  }
  return extras;
}

core::Parsed<BlockCertificate> from_extras(const Extras& extras) {
  BlockCertificate all;
  if (auto refusal = read(extras, all)) {
    return std::move(*refusal);
  }
  // Either it knows where it begins, or it has bounds for wherever that may be.
  if (!all.origin) {
    MarginBound& bound = all.bound.emplace();
    if (!read_words(extras, "bound", [&](NumberReader& reader) {
          for (auto& value : bound.at) {
            value = reader.signed_number();
          }
        })) {
      return unreadable("bound");
    }
    // Between references, sqrt(A) apart, D grows by less than 2^-9; a chord has room for that.
    constexpr unsigned growth_end = growth_bits - 9;
    for (std::size_t i = 1; i < bound.at.size(); ++i) {
      if (const int128 growth = bound.at[i] - bound.at[i - 1]; growth > 0 && (growth >> growth_end) != 0) {
        return unreadable("bound");
      }
    }
    if (!read_words(extras, "minimum_at", [&](NumberReader& reader) {
          for (auto& at : bound.minimum_at) {
            at = reader.small();
          }
        })) {
      return unreadable("minimum_at");
    }
  }
  const auto steps = extras.find("higher_steps");
  if (steps == extras.end()) {
    return unreadable("higher_steps");
  }
  const std::string text = spaced(steps->second);
  NumberReader reader(text);
  while (reader.has_more()) {
    const std::uint64_t prime = reader.small();
    const std::uint64_t exponent = reader.small();
    if (exponent > exponent_max) {
      return unreadable("higher_steps");
    }
    all.higher_steps.emplace_back(prime, static_cast<std::uint32_t>(exponent));
  }
  return reader.is_good() ? core::Parsed<BlockCertificate>(std::move(all)) : unreadable("higher_steps");
}

}  // namespace robin::search::colossally_abundant
