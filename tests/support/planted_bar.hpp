#pragma once

// PlantedBar: another constant in place of gamma, until the end of its scope.

#include <string_view>

#include "math/bar.hpp"
#include "support/parsed.hpp"

namespace robin::testing_support {

class PlantedBar {
 public:
  explicit PlantedBar(std::string_view constant) { math::plant_bar(required(math::Decimal::parse(constant))); }
  PlantedBar(const PlantedBar&) = delete;
  PlantedBar& operator=(const PlantedBar&) = delete;
  ~PlantedBar() { math::plant_bar(std::nullopt); }
};

}  // namespace robin::testing_support
