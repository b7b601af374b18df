#include "search/strategies/exhaustive/ratio_histogram.hpp"

#include <charconv>

namespace robin::search::exhaustive {

RatioHistogram& RatioHistogram::operator+=(const RatioHistogram& other) noexcept {
  for (std::size_t i = 0; i < classes; ++i) {
    counts_[i] += other.counts_[i];
  }
  return *this;
}

std::string RatioHistogram::text() const {
  std::string text;
  for (const std::uint64_t count : counts_) {
    text += (text.empty() ? "" : " ") + std::to_string(count);
  }
  return text;
}

std::optional<RatioHistogram> RatioHistogram::from(std::string_view text) {
  RatioHistogram histogram;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < classes; ++i) {
    if (i > 0 && (at == end || *at++ != ' ')) {
      return std::nullopt;
    }
    const auto [next, error] = std::from_chars(at, end, histogram.counts_[i]);
    if (error != std::errc()) {
      return std::nullopt;
    }
    at = next;
  }
  return at == end ? std::optional(histogram) : std::nullopt;
}

}  // namespace robin::search::exhaustive
