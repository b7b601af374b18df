#pragma once

// EarlierStore: what a store that an earlier version wrote must still be, whichever product it is: two searches, the
// first over [2, 30000) in blocks of 7,000.

#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "adapters/memory/broker.hpp"
#include "adapters/sqlite/store.hpp"
#include "flow/loops/local_run.hpp"
#include "runtime/log.hpp"
#include "support/parsed.hpp"

namespace robin::adapters {

class EarlierStore : public testing::Test {
 protected:
  /// What a file of this folder holds.
  static std::string text_of(const std::string& name) {
    std::ifstream file(std::string(ROBIN_SOURCE_DIR "/tests/contract/") + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  /// The same search in another store, or what is left of it in the old one.
  flow::FollowResult run(flow::Store& store, const flow::SearchSpec& spec) {
    const auto broker = open_memory_broker();
    const auto [search, choice] = store.search_ledger().submit(spec);
    flow::LocalRunOptions options;
    options.threads = 2;
    options.block_size = 7000;
    return flow::run_locally(store, *broker, strategies_, search, options, *log_, {});
  }
  flow::SearchSpec exhaustive(const char* end) {
    return {"exhaustive", testing_support::block(*strategies_.find("exhaustive"), "2", end),
            testing_support::parameters()};
  }

  void expect_everything_that_was_found(flow::Store& old) {
    const auto fresh = open_sqlite_store(":memory:", strategies_);
    const auto expected = run(*fresh, exhaustive("30000"));
    const auto searches = old.reader().searches();
    ASSERT_EQ(searches.size(), 2U);
    flow::Fold fold(searches[0]);
    fold.advance(old.reader());
    EXPECT_EQ(fold.digest(), expected.fold.digest());
    for (const auto kind : {flow::Finding::Violation, flow::Finding::Witness, flow::Finding::Best}) {
      EXPECT_EQ(old.reader().findings(searches[0].id, kind, 1000), fresh->reader().findings({1}, kind, 1000));
      EXPECT_EQ(old.reader().top_findings(searches[0].id, kind, 20), fresh->reader().top_findings({1}, kind, 20));
    }
    EXPECT_EQ(old.reader().audited(searches[1].id).end, searches[1].spec.range.end);
    EXPECT_EQ(old.reader().counts(searches[0].id).finished, 5U);
    EXPECT_THAT(old.audit_ledger().cases(10), testing::SizeIs(0));
  }
  void expect_that_its_search_goes_on(flow::Store& old) {
    const auto fresh = open_sqlite_store(":memory:", strategies_);
    EXPECT_EQ(run(old, exhaustive("60000")).fold.digest(), [&] {
      static_cast<void>(run(*fresh, exhaustive("30000")));
      return run(*fresh, exhaustive("60000")).fold.digest();
    }());
    EXPECT_THAT(old.reader().searches(), testing::SizeIs(2)) << "extended, not begun anew";
  }

  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
};

}  // namespace robin::adapters
