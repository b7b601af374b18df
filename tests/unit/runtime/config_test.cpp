#include "runtime/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "cluster/topology.hpp"
#include "support/environment.hpp"
#include "support/temporary_folder.hpp"

namespace robin::runtime {
namespace {

class ConfigTest : public testing::Test {
 public:
  ~ConfigTest() override {
    for (const auto& name : set_) {
      unsetenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
    }
  }
  ConfigTest(const ConfigTest&) = delete;
  ConfigTest& operator=(const ConfigTest&) = delete;

 protected:
  ConfigTest() { testing_support::unset_our_variables(); }
  void set(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    set_.push_back(name);
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  static Config read(std::vector<const char*> arguments = {}) {
    arguments.insert(arguments.begin(), "robin-test");
    return {"robin-test",
            "A program for tests",
            {{"color", "a color", "red"},
             {"size", "a size", "7", false, integer_from(1, 10)},
             {"token-url", "a secret", "none", true}},
            static_cast<int>(arguments.size()),
            arguments.data()};
  }
  template <class Action>
  static std::string refusal(Action action) {
    try {
      action();
    } catch (const Config::Refused& refused) {
      return refused.reason;
    }
    return "";
  }

 private:
  testing_support::TemporaryFolder folder_;
  std::vector<std::string> set_;
};

TEST_F(ConfigTest, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  EXPECT_EQ(read().text("color"), "red");
  const std::string file = write("env", "# a comment\n\nROBIN_COLOR=green\nROBIN_SIZE=9\n");
  EXPECT_EQ(read({"--env-file", file.c_str()}).text("color"), "green");
  set("ROBIN_COLOR", "blue");
  EXPECT_EQ(read({"--env-file", file.c_str()}).text("color"), "blue");
  EXPECT_EQ(read({"--env-file", file.c_str()}).text("size"), "9");
  EXPECT_EQ(read({"--color", "black"}).text("color"), "black");
}

TEST_F(ConfigTest, ASecretMayComeFromAFileButNotFromBoth) {
  const std::string file = write("secret", "amqp://u:s3cret@h/\n");
  set("ROBIN_TOKEN_URL_FILE", file);
  EXPECT_EQ(read().text("token-url"), "amqp://u:s3cret@h/");
  EXPECT_EQ(read({"--token-url-file", file.c_str()}).text("token-url"), "amqp://u:s3cret@h/");
  set("ROBIN_TOKEN_URL", "amqp://other/");
  EXPECT_EQ(refusal([] { read(); }), "ROBIN_TOKEN_URL and ROBIN_TOKEN_URL_FILE are both set: keep one");
}

TEST_F(ConfigTest, SecretsAreMaskedInWhatIsShown) {
  set("ROBIN_TOKEN_URL", "amqp://u:s3cret@h/");
  const auto list = read().effective();
  const std::map<std::string, std::string> shown(list.begin(), list.end());
  EXPECT_EQ(shown.at("token-url"), "amqp://u:***@h/ (environment)");
  EXPECT_EQ(shown.at("color"), "red (default)");
}

TEST_F(ConfigTest, AValueThatIsLeftOutIsNotCheckedAndARequiredOneMustBeThere) {
  const auto with = [](std::optional<std::string> fallback) {
    const char* argument = "robin-test";
    return Config("robin-test", "", {{"color", "a color", std::move(fallback), true, one_of({"red"})}}, 1, &argument);
  };
  set("ROBIN_COLOR", "");
  EXPECT_EQ(with("").text("color"), "");
  EXPECT_EQ(refusal([&] { with(std::nullopt); }), "ROBIN_COLOR (or ROBIN_COLOR_FILE) must be set: a color");
  set("ROBIN_COLOR", "blue");
  EXPECT_EQ(refusal([&] { with(""); }), "ROBIN_COLOR: 'blue' is none of red");
}

TEST_F(ConfigTest, UnknownVariablesAreReported) {
  set("ROBIN_COLOUR", "blue");
  EXPECT_EQ(read().unknown_variables(), std::vector<std::string>{"ROBIN_COLOUR"});
}

TEST_F(ConfigTest, NumbersAreCheckedAndNamed) {
  EXPECT_EQ(read().number("size"), 7U);
  const std::string file = write("env", "ROBIN_SIZE=0\n");
  EXPECT_EQ(refusal([&file] {
              read({"--env-file", file.c_str()});
            }),
            "--env-file " + file + ": ROBIN_SIZE: '0' is no integer from 1 to 10");
  set("ROBIN_SIZE", "12abc");
  EXPECT_EQ(refusal([] { read(); }), "ROBIN_SIZE: '12abc' is no integer from 1 to 10");
  set("ROBIN_SIZE", "11");
  EXPECT_NE(refusal([] { read(); }), "");
  EXPECT_EQ(refusal([] { read({"--size", "-1"}); }), "--size: '-1' is no integer from 1 to 10");
}

TEST_F(ConfigTest, WhatIsMissingOrUnreadableIsNamed) {
  const auto with_required = [] {
    const char* argument = "robin-test";
    return Config("robin-test", "", {{"database-url", "where", std::nullopt, true}}, 1, &argument);
  };
  EXPECT_EQ(refusal(with_required), "ROBIN_DATABASE_URL (or ROBIN_DATABASE_URL_FILE) must be set: where");
  EXPECT_NE(refusal([] { read({"--env-file", "/nonexistent"}); }).find("/nonexistent"), std::string::npos);
  EXPECT_NE(refusal([] { read({"--colour", "red"}); }), "");
  const std::string bad = write("bad", "just words\n");
  EXPECT_NE(refusal([&bad] { read({"--env-file", bad.c_str()}); }).find("line 1"), std::string::npos);
}

TEST_F(ConfigTest, WhoMakesTheAddressesNamesTheirVariablesAsServicesDo) {
  for (const auto& client : cluster::topology().clients()) {
    for (const auto& [setting, user] : client.addresses) {
      EXPECT_EQ(cluster::variable_of(setting), variable_of(setting));
    }
  }
}

TEST_F(ConfigTest, HelpNamesFlagDefaultAndVariable) {
  try {
    read({"--help"});
    FAIL() << "help is an answer, not a configuration";
  } catch (const Config::Answered& answer) {
    EXPECT_NE(answer.text.find("--color TEXT=red"), std::string::npos);
    EXPECT_NE(answer.text.find("ROBIN_COLOR"), std::string::npos);
    EXPECT_NE(answer.text.find("ROBIN_TOKEN_URL[_FILE]"), std::string::npos);
  }
}

}  // namespace
}  // namespace robin::runtime
