#include "horizon/arithmetic.hpp"

#include <array>
#include <cstdio>

namespace robin::horizon {

std::string short_text(const math::Interval& value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value.lower_double());
  return text.data();
}

}  // namespace robin::horizon
