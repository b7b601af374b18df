#include "gateway/tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/config.hpp"

namespace robin::gateway {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(tokens_from(text));
    return "";
  } catch (const runtime::Config::Refused& refused) {
    return refused.reason;
  }
}

TEST(Tokens, AreNamedALineEach) {
  const auto all =
      tokens_from("# who may give orders\nada 0123456789abcdef\n\n  grace\t0123456789ABCDEF  # until May\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "ada");
  EXPECT_EQ(all[0].token, "0123456789abcdef");
  EXPECT_EQ(all[1].name, "grace");
  EXPECT_EQ(all[1].token, "0123456789ABCDEF");
}

TEST(Tokens, AreRefusedWithTheirLineAndNeverShown) {
  EXPECT_THAT(refusal(""), HasSubstr("holds no token"));
  EXPECT_THAT(refusal("# nobody\n"), HasSubstr("holds no token"));
  EXPECT_THAT(refusal("ada 0123456789abcdef\ngrace\n"), HasSubstr("line 2: a line is a name, a space and a token"));
  EXPECT_THAT(refusal("ada lovelace 0123456789abcdef\n"), HasSubstr("line 1"));
  EXPECT_THAT(refusal("ada short\n"), HasSubstr("at least 16"));
  EXPECT_THAT(refusal("ada 0123456789abcd\xc3\xa4\n"), HasSubstr("visible ASCII"));
  EXPECT_THAT(refusal("ad\xc3\xa4 0123456789abcdef\n"), HasSubstr("a name is"));
  EXPECT_THAT(refusal("ada 0123456789abcdef\nada 0123456789abcdeg\n"), HasSubstr("'ada' is there already"));
  for (const char* text : {"ada SECRETSECRETSECRET more\n", "ada SECRETSECRET\n"}) {
    EXPECT_THAT(refusal(text), testing::Not(HasSubstr("SECRET")));
  }
}

}  // namespace
}  // namespace robin::gateway
