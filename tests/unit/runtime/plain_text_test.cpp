#include "runtime/plain_text.hpp"

#include <gtest/gtest.h>

namespace robin::runtime {
namespace {

TEST(PlainTextTest, OnlyWellFormedUtf8IsUtf8) {
  for (const char* good :
       {"", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8e\x89", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  // A lone byte, a cut one, one longer than need be, a surrogate, beyond the last.
  for (const char* bad : {"\x80", "\xff", "\xc3", "a\xe2\x82", "\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80",
                          "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xc3"
                          "a"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

TEST(PlainTextTest, ALineStaysOneAndTellsATerminalNothing) {
  EXPECT_EQ(one_line("a\nb\r\tc\x1b[31m\x7f"), "a?b??c?[31m?");
  EXPECT_EQ(one_line("\xc2\x9b"
                     "31m"),
            "?31m")
      << "the same by one character";
  EXPECT_EQ(one_line("\xc3\xa4\xff"), "\xc3\xa4?");
  EXPECT_EQ(one_line(std::string(800, 'a')).size(), 800U);
  const std::string cut = one_line(std::string(100'000, 'a') + "; see robin --help");
  EXPECT_LT(cut.size(), 1000U);
  EXPECT_TRUE(cut.ends_with("a; see robin --help"));
}

TEST(PlainTextTest, AValueIsQuotedShort) {
  EXPECT_EQ(in_quotes("a\nb"), "'a?b'");
  EXPECT_EQ(in_quotes(std::string(61, 'a')), "'" + std::string(60, 'a') + "...'");
}

}  // namespace
}  // namespace robin::runtime
