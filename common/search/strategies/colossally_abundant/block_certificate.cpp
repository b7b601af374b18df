#include "search/strategies/colossally_abundant/block_certificate.hpp"

#include "search/strategies/colossally_abundant/number_words.hpp"

namespace robin::search::colossally_abundant {
namespace {

using Extras = std::map<std::string, std::string>;

/// "2^21 3^13": split at the signs, so that every word is a number.
std::string spaced(std::string text) {
  for (char& c : text) {
    c = c == '^' ? ' ' : c;
  }
  return text;
}

}  // namespace

std::map<std::string, std::string> to_extras(const BlockCertificate& certificate) {
  Extras extras;
  extras["primes"] = words_of(certificate.primes);
  extras["sums"] = words_of(certificate.sums);
  if (certificate.bound) {
    const auto& [at, minimum_at] = *certificate.bound;
    extras["bound"] = words({decimal(at[0]), decimal(at[1]), decimal(at[2])});
    extras["minimum_at"] =
        words({std::to_string(minimum_at[0]), std::to_string(minimum_at[1]), std::to_string(minimum_at[2])});
    std::string& bounds = extras["slice_bounds"];
    for (const int128 value : certificate.slice_bounds) {
      bounds += (bounds.empty() ? "" : " ") + decimal(value);
    }
  }
  if (certificate.origin) {
    extras["origin"] = words_of(*certificate.origin);
  }
  if (certificate.margin) {
    extras["margin"] = words_of(*certificate.margin);
  }
  std::string& steps = extras["higher_steps"];
  for (const auto& [prime, exponent] : certificate.higher_steps) {
    steps += (steps.empty() ? "" : " ") + std::to_string(prime) + "^" + std::to_string(exponent);
  }
  std::string& slices = extras["slices"];
  for (const auto& slice : certificate.slices) {
    slices += (slices.empty() ? "" : "; ") + words({std::to_string(slice.end), std::to_string(slice.primes.count),
                                                    decimal(slice.primes.sum), words_of(slice.sums)});
  }
  return extras;
}

math::Parsed<BlockCertificate> from_extras(const Extras& extras) {
  BlockCertificate all;
  const auto refuse = [](const char* key) { return math::Refusal{std::string(key) + ": missing or not readable"}; };
  if (!read_words(extras, "primes", [&](NumberReader& reader) { all.primes = reader.primes(); })) {
    return refuse("primes");
  }
  if (!read_words(extras, "sums", [&](NumberReader& reader) { all.sums = reader.sums(); })) {
    return refuse("sums");
  }
  if (extras.contains("bound")) {
    MarginBound& bound = all.bound.emplace();
    if (!read_words(extras, "bound", [&](NumberReader& reader) {
          for (auto& value : bound.at) {
            value = reader.signed_number();
          }
        })) {
      return refuse("bound");
    }
    if (!read_words(extras, "minimum_at", [&](NumberReader& reader) {
          for (auto& at : bound.minimum_at) {
            at = reader.small();
          }
        })) {
      return refuse("minimum_at");
    }
  } else if (!read_words(extras, "origin", [&](NumberReader& reader) { all.origin = reader.sums(); })) {
    return refuse("origin");
  }
  if (extras.contains("margin") &&
      !read_words(extras, "margin", [&](NumberReader& reader) { all.margin = reader.margin(); })) {
    return refuse("margin");
  }
  const auto steps = extras.find("higher_steps");
  if (steps == extras.end()) {
    return refuse("higher_steps");
  }
  NumberReader step_reader(spaced(steps->second));
  while (step_reader.has_more()) {
    const std::uint64_t prime = step_reader.small();
    all.higher_steps.emplace_back(prime, static_cast<std::uint32_t>(step_reader.small()));
  }
  const bool slices_read = read_words(extras, "slices", [&](NumberReader& reader) {
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
  if (all.bound && !read_words(extras, "slice_bounds", [&](NumberReader& reader) {
        for (std::size_t i = 0; i < all.slices.size(); ++i) {
          all.slice_bounds.push_back(reader.signed_number());
        }
      })) {
    return refuse("slice_bounds");
  }
  return all;
}

}  // namespace robin::search::colossally_abundant
