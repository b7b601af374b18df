#include "runtime/process_facts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>

namespace robin::runtime {
namespace {

TEST(ProcessFacts, TellWhoWhereAndOnWhatWithoutSecrets) {
  setenv("ROBIN_AMQP_URL", "amqp://u:hidden@h/", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  const std::array<const char*, 2> argv = {"robin", "amqp://u:hidden@h/"};
  const auto list = process_facts(2, argv.data());
  unsetenv("ROBIN_AMQP_URL");  // NOLINT(concurrency-mt-unsafe): one thread
  const std::map<std::string, std::string> facts(list.begin(), list.end());
  EXPECT_EQ(facts.at("pid"), std::to_string(getpid()));
  EXPECT_EQ(facts.at("argv"), "robin amqp://u:***@h/");
  EXPECT_NE(facts.at("environment").find("ROBIN_AMQP_URL=amqp://u:***@h/"), std::string::npos);
  for (const char* name : {"working_directory", "user", "host", "cpu", "cores"}) {
    EXPECT_FALSE(facts.at(name).empty()) << name;
  }
  for (const auto& [name, value] : facts) {
    EXPECT_EQ(value.find("hidden"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace robin::runtime
