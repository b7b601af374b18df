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
  Compacted compact(Epoch /*epoch*/, const CompactRules& /*rules*/) override { return {}; }
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
  void look_once() { clean(ledger_, ledger_, broker_, strategies_, janitor_epoch, {}, *log_, stop_.get_token()); }

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

}  // namespace
}  // namespace robin::flow
