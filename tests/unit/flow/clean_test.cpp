// A janitor that slept between what it reads and what it does.

#include "flow/loops/clean.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "adapters/memory/broker.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

constexpr Epoch janitor_epoch{7};

/// A ledger with nothing but a control row.
class ControlRowAlone final : public JanitorLedger, public MonitorLedger {
 public:
  Control row{ControlState::Writable, {1}};
  /// Called each time the row is read.
  std::function<void()> on_read = [] {};
  /// Called at the end of a look.
  std::function<void()> on_looked = [] {};

  /// With which retention each compaction was asked for; and how many blocks there are to compact, one a step.
  std::vector<std::optional<std::chrono::seconds>> retentions;
  std::uint64_t compactable = 0;

  SweepReport sweep(Epoch /*epoch*/, const SweepRules& /*rules*/) override { return {}; }
  std::size_t cancel(Epoch /*epoch*/, std::size_t /*limit*/) override { return 0; }
  std::size_t requeue_unstarted(Epoch /*epoch*/, core::Milliseconds /*age*/) override { return 0; }
  DeadLetter bury(Epoch /*epoch*/, const Work& /*work*/, const std::string& /*reason*/,
                  std::uint32_t /*attempts_max*/) override {
    return DeadLetter::Unknown;
  }
  void note(Epoch /*epoch*/, const Event& /*event*/) override {}
  Forgotten forget(Epoch /*epoch*/, const ForgetRules& /*rules*/) override {
    on_looked();
    return {};
  }
  std::uint64_t compact(Epoch /*epoch*/, const CompactRules& rules) override {
    retentions.push_back(rules.retention);
    const std::uint64_t step = compactable > 0 ? 1 : 0;
    compactable -= step;
    return step;
  }
  std::uint64_t in_flight() override { return 1; }
  bool mark_drained(Epoch /*janitor*/, Epoch /*control*/) override { return false; }

  SearchProgress progress(SearchId /*search*/) override { return {}; }
  std::map<SearchId, SearchStanding> standings(const std::vector<SearchId>& /*searches*/) override { return {}; }
  Control control() override {
    on_read();
    return row;
  }
  std::vector<FindingRecord> best(std::optional<SearchId> /*search*/, Finding /*kind*/, std::size_t) override {
    return {};
  }
  std::vector<Audit> history(SearchId /*search*/, std::size_t /*points*/) override { return {}; }
  std::vector<EventRecord> events_before(const std::optional<std::string>& /*kind*/, std::int64_t /*before*/,
                                         std::size_t) override {
    return {};
  }
  std::vector<EventCount> event_counts(std::chrono::seconds /*within*/, std::size_t) override { return {}; }
};

/// A broker with nothing but the binding, which is told what was done to it.
class BindingAlone final : public Broker {
 public:
  std::vector<bool> opened;
  std::function<void()> before_opening = [] {};

  std::unique_ptr<Link> connect(const LinkOptions& options, EventSink sink) override {
    return inner_->connect(options, std::move(sink));
  }
  QueueDepth depth(Queue queue, core::Deadline deadline) override { return inner_->depth(queue, deadline); }
  void set_ingress_open(bool open, core::Deadline /*deadline*/) override {
    if (open) {
      before_opening();
    }
    opened.push_back(open);
  }

 private:
  std::unique_ptr<Broker> inner_ = adapters::open_memory_broker({});
};

class CleanTest : public testing::Test {
 protected:
  CleanTest() {
    ledger_.on_looked = [this] { stop_.request_stop(); };
  }
  void look_once(const CleanOptions& options = {}) {
    clean(ledger_, ledger_, broker_, strategies_, janitor_epoch, options, *log_, stop_.get_token());
  }
  void end_after(int looks) {
    ledger_.on_looked = [this, looks]() mutable {
      if (--looks == 0) {
        stop_.request_stop();
      }
    };
  }

  ControlRowAlone ledger_;
  BindingAlone broker_;

 private:
  search::Strategies strategies_;
  std::unique_ptr<runtime::Log> log_ = runtime::Log::silent();
  std::stop_source stop_;
};

TEST_F(CleanTest, TheBindingFollowsTheControlRow) {
  look_once();
  EXPECT_EQ(broker_.opened, std::vector<bool>{true});
}

TEST_F(CleanTest, WhoSleptWhileTheClusterWasDrainedClosesWhatItOpened) {
  broker_.before_opening = [this] { ledger_.row = {ControlState::Drained, {2}}; };
  look_once();
  EXPECT_EQ(broker_.opened, (std::vector<bool>{true, false})) << "the ingress of a drained cluster stays open";
}

TEST_F(CleanTest, WhoCannotSeeWhetherItMayOpenClosesWhatItOpened) {
  broker_.before_opening = [this] {
    ledger_.on_read = [] { throw runtime::Error("the ledger: out of reach", runtime::Retry::Yes); };
  };
  EXPECT_THROW(look_once(), runtime::Error);
  EXPECT_EQ(broker_.opened, (std::vector<bool>{true, false}));
}

TEST_F(CleanTest, CompactsStepByStepUntilNothingIsLeft) {
  CleanOptions options;
  options.compact.retention = std::chrono::hours(24);
  options.compact_at_most = std::chrono::hours(1);
  ledger_.compactable = 3;
  look_once(options);
  EXPECT_EQ(ledger_.compactable, 0U);
  EXPECT_EQ(ledger_.retentions.size(), 4U) << "the last one finds nothing";
}

TEST_F(CleanTest, WhatIsNewIsNotLookedForInEachRoundButAPersonsOrderIs) {
  CleanOptions options;
  options.period = core::Milliseconds(1);
  options.compact.retention = std::chrono::hours(24);
  options.compact_pause = std::chrono::hours(1);
  end_after(3);
  look_once(options);
  using Retention = std::optional<std::chrono::seconds>;
  EXPECT_EQ(ledger_.retentions, (std::vector<Retention>{std::chrono::hours(24), {}, {}}));
}

TEST_F(CleanTest, CompactionEndsForTheRestOfTheRound) {
  CleanOptions options;
  options.compact_at_most = core::Milliseconds(0);
  ledger_.compactable = 1'000'000;
  look_once(options);
  EXPECT_EQ(ledger_.retentions.size(), 1U);
}

}  // namespace
}  // namespace robin::flow
