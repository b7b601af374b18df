// What the documents tell people to type: the program knows each of these commands and flags, what can be run without a
// fleet is run (gateway_test.cpp runs the rest), and links lead somewhere.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "support/documents.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace robin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::Fence;
using testing_support::ProcessOptions;
using testing_support::RobinCommand;

std::vector<std::string> all_documents() {
  auto all = testing_support::documents(ROBIN_SOURCE_DIR);
  EXPECT_GE(all.size(), 20U);
  return all;
}

/// Asked once for each command.
testing_support::RobinHelp robin_help() {
  return [helps = std::map<std::vector<std::string>, std::string>()](const std::vector<std::string>& command) mutable {
    const auto [entry, is_new] = helps.try_emplace(command);
    if (is_new) {
      std::vector<std::string> words = {ROBIN_BINARY};
      words.insert(words.end(), command.begin(), command.end());
      words.emplace_back("--help");
      entry->second = testing_support::run_process(words, {}).output;
    }
    return entry->second;
  };
}

TEST(Documents, EveryCommandOfRobinExistsWithItsFlags) {
  const auto help = robin_help();
  std::size_t commands = 0;
  for (const auto& document : all_documents()) {
    for (const RobinCommand& command : testing_support::robin_commands(document)) {
      EXPECT_THAT(testing_support::unknown_in(command, help), IsEmpty());
      ++commands;
    }
  }
  EXPECT_GE(commands, 80U);
}

TEST(Documents, ACommandOrAFlagThatRobinDoesNotKnowIsFound) {
  const testing_support::TemporaryFolder folder;
  const std::string file = folder.file("a.md");
  std::ofstream(file)
      << "`robin blocks liszt` and `robin drain\nstart --wait --nonsense`, `robin search list|pauze ID`\n"
      << "```sh not run: no\n"
      << "kubectl -n robin exec x -- robin submit --strategy s --sahre=3 # --wiat\n"
      << "robin run --strategy s \\\n    --end=1e9 --ned 2 | robin verify x --all\n```\n"
      << "    robin events --limit 2 --kid 3\n";
  std::vector<std::string> unknown;
  for (const RobinCommand& command : testing_support::robin_commands(file)) {
    for (const auto& one : testing_support::unknown_in(command, robin_help())) {
      unknown.push_back(one);
    }
  }
  EXPECT_THAT(unknown, ElementsAre(HasSubstr("flag --sahre (of submit)"), HasSubstr("flag --ned (of run)"),
                                   HasSubstr("flag --kid (of events)"), HasSubstr("command liszt"),
                                   HasSubstr("flag --nonsense (of start)"), HasSubstr("command pauze")));
}

TEST(Documents, EveryFenceOfAShellSaysHowItIsTried) {
  for (const auto& document : all_documents()) {
    for (const Fence& fence : testing_support::fences_of(document)) {
      const bool is_known = fence.how.empty() || fence.how == "console" || fence.how == "sh" ||
                            fence.how == "sh cluster" || fence.how == "sh cluster owner" || fence.how == "sh gateway" ||
                            (fence.how.starts_with("sh not run: ") && fence.how.size() > 15);
      EXPECT_TRUE(is_known) << fence.place << ": '" << fence.how << "' is none of tests/support/documents.hpp";
    }
  }
}

TEST(Documents, WhatNeedsNoFleetIsRun) {
  std::size_t run = 0;
  for (const auto& document : all_documents()) {
    const testing_support::TemporaryFolder folder;
    ProcessOptions options;
    options.working_directory = folder.path();
    for (const Fence& fence : testing_support::fences_of(document)) {
      if (fence.how == "sh") {
        const auto done = testing_support::run_in_shell(fence.text, ROBIN_BINARY, options);
        EXPECT_EQ(done.status, 0) << fence.place << "\n" << done.error;
        ++run;
      }
    }
  }
  EXPECT_GE(run, 1U);
}

TEST(Documents, LinksLeadSomewhere) {
  for (const auto& document : all_documents()) {
    EXPECT_THAT(testing_support::broken_links(document), IsEmpty());
  }
}

}  // namespace
}  // namespace robin
