#include "runtime/log.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "runtime/error.hpp"
#include "support/temporary_folder.hpp"

namespace robin::runtime {
namespace {

TEST(Log, JsonLinesHoldTimeLevelServiceMessageAndFields) {
  const std::array<LogField, 4> fields = {
      {{"block_id", std::int64_t{17}}, {"seconds", 0.5}, {"ok", true}, {"name", "a \"b\"\n"}}};
  const std::string line = render_log_line({"run", LogFormat::Json, LogLevel::Info, {}}, LogLevel::Warn,
                                           "2026-11-20T22:41:32.123Z", "hm", fields);
  EXPECT_EQ(line,
            R"({"ts":"2026-11-20T22:41:32.123Z","level":"warn","service":"run","msg":"hm","block_id":17,"seconds":0.5,)"
            R"("ok":true,"name":"a \"b\"\n"})");
}

TEST(Log, TextLinesAreOneLineWhateverTheMessage) {
  const std::array<LogField, 2> fields = {{{"reason", "two words"}, {"n", std::int64_t{1}}}};
  EXPECT_EQ(render_log_line({"run", LogFormat::Text, LogLevel::Info, {}}, LogLevel::Info, "T", "first\nsecond", fields),
            R"(T info first second reason="two words" n=1)");
}

TEST(Log, NoLineTellsATerminalWhatToDo) {
  const std::array<LogField, 2> fields = {{{"a", std::string("x\x1b[2J")}, {"b", std::string("y z\xc2\x9b\x7f")}}};
  EXPECT_EQ(render_log_line({"run", LogFormat::Text, LogLevel::Info, {}}, LogLevel::Info, "T", "m\x1b]0;t\a", fields),
            R"(T info m?]0;t? a=x?[2J b="y z??")");
  const std::array<LogField, 1> one = {{{"a", std::string("\x1b\xc2\x9b\x7f")}}};
  const auto json = render_log_line({"run", LogFormat::Json, LogLevel::Info, {}}, LogLevel::Info, "T", "m", one);
  EXPECT_NE(json.find(R"("a":"\u001b??")"), std::string::npos) << json;
}

TEST(Log, BytesThatAreNoTextAreReplacedNotFatal) {
  const std::array<LogField, 1> fields = {{{"raw", std::string("\xff\xfe")}}};
  EXPECT_TRUE(nlohmann::json::accept(
      render_log_line({"run", LogFormat::Json, LogLevel::Info, {}}, LogLevel::Info, "T", "{} %s {0}", fields)));
}

TEST(Log, WritesToAFileFromItsLevelUpwards) {
  const testing_support::TemporaryFolder folder;
  {
    Log log({"test", LogFormat::Json, LogLevel::Warn, folder.file("log")});
    log.info("dropped");
    log.warn("kept {} as it is");
  }
  std::ifstream file(folder.file("log"));
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_EQ(nlohmann::json::parse(line)["msg"], "kept {} as it is");
  EXPECT_FALSE(std::getline(file, line));
}

TEST(Log, AFileThatCannotBeOpenedIsAnError) {
  const testing_support::TemporaryFolder folder;
  EXPECT_THROW(Log({"test", LogFormat::Json, LogLevel::Info, folder.path().string()}), Error);
}

TEST(Log, TimesAreUtcAndRfc3339) {
  EXPECT_TRUE(std::regex_match(utc_now(), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"))) << utc_now();
}

TEST(Log, SecretsAreMasked) {
  EXPECT_EQ(mask_secrets("ROBIN_AMQP_URL", "amqp://producer:s3cret@host:5672/robin"),
            "amqp://producer:***@host:5672/robin");
  EXPECT_EQ(mask_secrets("url", "postgres://u:a@b:c@host/db"), "postgres://u:***@host/db");
  EXPECT_EQ(mask_secrets("url", "postgres://host/db"), "postgres://host/db");
  EXPECT_EQ(mask_secrets("url", "postgresql://u:p@host/db?sslkey=/a/key&sslpassword=a@b&sslmode=require"),
            "postgresql://u:***@host/db?sslkey=/a/key&sslpassword=***&sslmode=require");
  EXPECT_EQ(mask_secrets("url", "postgresql:///db?host=/run&Password=abc"), "postgresql:///db?host=/run&Password=***");
  EXPECT_EQ(mask_secrets("url", "postgresql://host/db?pass%77ord=abc"), "postgresql://host/db?pass%77ord=***");
  EXPECT_EQ(mask_secrets("url", "postgresql://host/db?passfile=/a/file"), "postgresql://host/db?passfile=/a/file");
  EXPECT_EQ(mask_secrets("url", "postgresql://u:a?password=b@host/db"), "postgresql://u:***@host/db");
  EXPECT_EQ(mask_secrets("", "host=a password='b c' user=d"), "host=a password=*** user=d");
  EXPECT_EQ(mask_secrets("", "host=a password=b"), "host=a password=***");
  EXPECT_EQ(mask_secrets("ROBIN_ADMIN_TOKEN", "abc"), "***");
  EXPECT_EQ(mask_secrets("PGPASSWORD", "abc"), "***");
  EXPECT_EQ(mask_secrets("ROBIN_ADMIN_TOKEN_FILE", "/run/secrets/token"), "/run/secrets/token");
  EXPECT_EQ(mask_secrets("LANG", "C.UTF-8"), "C.UTF-8");
}

}  // namespace
}  // namespace robin::runtime
