#include "core/wide_integer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace robin::core {
namespace {

using nlohmann::json;

constexpr uint128 greatest = ~uint128{0};

TEST(WideInteger, DecimalsGoThereAndBack) {
  for (const uint128 value : {uint128{0}, uint128{7}, uint128{exact_in_json_max}, uint128{1} << 64U, greatest}) {
    EXPECT_EQ(wide_from_decimal(decimal(value)), value);
    EXPECT_EQ(wide_from_json(wide_to_json<json>(value)), value);
  }
  EXPECT_EQ(decimal(greatest), "340282366920938463463374607431768211455");
  EXPECT_EQ(wide_from_decimal("007"), uint128{7});
}

TEST(WideInteger, WhatIsNoneIsRefusedAndNeverZero) {
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1e3", "x", "340282366920938463463374607431768211456",
                           "9999999999999999999999999999999999999999",
                           "00000000000000000000000000000000000000000000000000000000000000001"}) {
    EXPECT_EQ(wide_from_decimal(text), std::nullopt) << text;
    EXPECT_EQ(wide_from_json(json(text)), std::nullopt) << text;
  }
  for (const json& value : {json(-1), json(1.5), json(), json(true), json::array(), json(1e30)}) {
    EXPECT_EQ(wide_from_json(value), std::nullopt) << value;
  }
}

TEST(WideInteger, ANumberThatAParserKeptIsTaken) {
  EXPECT_EQ(wide_from_json(json::parse("9223372036854775807")), uint128{9'223'372'036'854'775'807U});
}

TEST(WideInteger, BeyondWhatReadersKeepExactlyItIsAString) {
  EXPECT_EQ(wide_to_json<json>(exact_in_json_max), json(9'007'199'254'740'992));
  EXPECT_EQ(wide_to_json<json>(uint128{exact_in_json_max} + 1), json("9007199254740993"));
}

}  // namespace
}  // namespace robin::core
