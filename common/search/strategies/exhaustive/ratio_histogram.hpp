#pragma once

// RatioHistogram: how many n have which ratio sigma(n)/(n log log n), from 1 % below the threshold on; the rest is one
// class. A border belongs to the class above it. Kept beside the result of a block, outside its digest. Histograms of
// neighbouring ranges add up. A value; used by one thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace robin::search::exhaustive {

class RatioHistogram {
 public:
  /// Class 0 lies below 0.990 of the threshold, class i from 0.989 + i/1000 of it on, class 11 at and above it.
  static constexpr std::size_t classes = 12;
  /// The key among the extras of a result.
  static constexpr const char* key = "histogram";

  void count(std::size_t ratio_class, std::uint64_t how_many = 1) noexcept { counts_[ratio_class] += how_many; }
  RatioHistogram& operator+=(const RatioHistogram& other) noexcept;
  [[nodiscard]] const std::array<std::uint64_t, classes>& counts() const noexcept { return counts_; }

  /// The twelve counts as text, with a space between them; parse() returns nullopt for a text that text() did not
  /// write.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<RatioHistogram> from(std::string_view text);

  friend bool operator==(const RatioHistogram&, const RatioHistogram&) = default;

 private:
  std::array<std::uint64_t, classes> counts_{};
};

}  // namespace robin::search::exhaustive
