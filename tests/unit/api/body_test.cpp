#include "api/body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/parameters.hpp"

namespace robin::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string refused_field(const std::string& text, void (*read)(Body&)) {
  try {
    Body body(text);
    read(body);
    body.expect_no_others();
  } catch (const BadRequest& bad) {
    return bad.field();
  }
  return "nothing";
}

TEST(BodyTest, ReadsFieldsWithTheirDefaults) {
  Body body(R"({"order":"start","ids":[1,"2"],"origin":{"a":"b"}})");
  EXPECT_EQ(body.text("order", 10), "start");
  EXPECT_EQ(body.text("reason", 10, "none"), "none");
  EXPECT_THAT(body.list("ids", 2, 10), ElementsAre("1", "2"));
  EXPECT_THAT(body.list("none", 2, 10), IsEmpty());
  EXPECT_EQ(body.texts("origin", 1, 1), (std::map<std::string, std::string>{{"a", "b"}}));
  EXPECT_NO_THROW(body.expect_no_others());
  EXPECT_NO_THROW(Body("").expect_no_others());
}

TEST(BodyTest, NamesWhatIsWrong) {
  for (const char* text : {"[]", "1", "null", "{", "\xff", "{\"a\":1}{}"}) {
    EXPECT_EQ(refused_field(text, [](Body&) {}), "body") << text;
  }
  const auto order = [](Body& body) { (void)body.text("order", 5); };
  EXPECT_EQ(refused_field("{}", order), "order");
  EXPECT_EQ(refused_field(R"({"order":1})", order), "order");
  EXPECT_EQ(refused_field(R"({"order":"longer"})", order), "order");
  EXPECT_EQ(refused_field(R"({"order":"a\u0000b"})", order), "order");
  EXPECT_EQ(refused_field(R"({"order":"start","more":1})", order), "more");
  const auto ids = [](Body& body) { (void)body.list("ids", 2, 3); };
  for (const char* text :
       {R"({"ids":1})", R"({"ids":[1,2,3]})", R"({"ids":[[1]]})", R"({"ids":["long"]})", R"({"ids":[-1]})"}) {
    EXPECT_EQ(refused_field(text, ids), "ids") << text;
  }
  const auto origin = [](Body& body) { (void)body.texts("origin", 1, 3); };
  for (const char* text :
       {R"({"origin":[]})", R"({"origin":{"a":1}})", R"({"origin":{"a":"b","c":"d"}})", R"({"origin":{"a":"long"}})"}) {
    EXPECT_EQ(refused_field(text, origin), "origin") << text;
  }
}

TEST(BodyTest, SurvivesDepth) {
  EXPECT_EQ(refused_field(std::string(60'000, '['), [](Body&) {}), "body");
}

}  // namespace
}  // namespace robin::api
