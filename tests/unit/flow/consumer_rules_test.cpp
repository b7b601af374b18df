// The consumer's rules as a table: what each input does to a job in each state. What is not in the table changes
// nothing, and that is tried as well.

#include "flow/rules/consumer_rules.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>
#include <vector>

namespace robin::flow {
namespace {

template <class Number>
std::string numbered(const char* name, Number number) {
  return std::string(name) + "{" + std::to_string(static_cast<int>(number)) + "}";
}

struct Names {
  std::string operator()(const ToLeave&) const { return "ToLeave"; }
  std::string operator()(const Asking&) const { return "Asking"; }
  std::string operator()(const Leaving& state) const { return numbered("Leaving", state.is_avoided); }
  std::string operator()(const Waiting&) const { return "Waiting"; }
  std::string operator()(const Computing& state) const {
    return numbered("Computing", state.is_told) + (state.is_orphan ? " orphan" : "") +
           (state.end ? numbered(" to", *state.end) : "");
  }
  std::string operator()(const Reporting& state) const { return numbered("Reporting", state.what); }
  std::string operator()(const Ended& state) const { return numbered("Ended", state.how); }

  std::string operator()(const SlotTaken&) const { return "SlotTaken"; }
  std::string operator()(const SlotDone& input) const { return numbered("SlotDone", input.what); }
  std::string operator()(const SlotAbandoned& input) const { return numbered("SlotAbandoned", input.has_prefix); }
  std::string operator()(const Answered& input) const { return numbered("Answered", input.word); }
  std::string operator()(const Doubted&) const { return "Doubted"; }
  std::string operator()(const TimeOut&) const { return "TimeOut"; }
  std::string operator()(const CameAgain&) const { return "CameAgain"; }
  std::string operator()(const DeliveryLost&) const { return "DeliveryLost"; }
  std::string operator()(const Stop&) const { return "Stop"; }
  std::string operator()(const GraceOver&) const { return "GraceOver"; }
};

template <class Either>
std::string name_of(const Either& either) {
  return std::visit(Names(), either);
}

}  // namespace

/// Shown where an expectation fails.
// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest's name
void PrintTo(const Next& next, std::ostream* out) {
  *out << name_of(next.state) << " and action " << static_cast<int>(next.action);
}

namespace consumer_rules_table {
namespace {

constexpr Computing quiet{false, false};
constexpr Computing told{true, false};
constexpr Computing quiet_orphan{false, true};
constexpr Computing told_orphan{true, true};
constexpr Computing unwanted{true, false, End::Known};
constexpr Computing unknown_here{true, false, End::Unknown};
constexpr Computing refused_here{true, false, End::Refused};
constexpr Computing unwanted_orphan{true, true, End::Known};
constexpr Leaving left_by_order{true};
constexpr Leaving left_for_time{false};
constexpr Answered saved{ReplyWord::Saved};
constexpr Answered part{ReplyWord::Part};
constexpr Answered go{ReplyWord::Go};
constexpr Answered unknown{ReplyWord::Unknown};
constexpr Answered refused{ReplyWord::Refused};
constexpr Reporting result{Outgoing::Result};
constexpr Reporting failure{Outgoing::Failure};
constexpr Reporting piece{Outgoing::Piece};
constexpr Reporting prefix{Outgoing::Prefix};
constexpr Reporting nothing{Outgoing::Nothing};

Next acked(End how) { return {Ended{how}, Action::Ack}; }
const Next handed_back{Ended{End::HandedBack}, Action::HandBack};
const Next forgotten{Ended{End::Forgotten}, Action::None};
const Next turned_down_as_unknown{Ended{End::Unknown}, Action::Reject};
const Next turned_down_as_refused{Ended{End::Refused}, Action::Reject};
const Next waits{Waiting{}, Action::Queue};

struct Row {
  JobState state;
  JobInput input;
  Next next;
};

const std::vector<Row>& table() {
  static const std::vector<Row> rows = {
      // To be left to others.
      {ToLeave{}, TimeOut{}, {left_by_order, Action::Leave}},
      {ToLeave{}, Stop{}, handed_back},
      {ToLeave{}, GraceOver{}, handed_back},
      {ToLeave{}, DeliveryLost{}, forgotten},
      {left_by_order, saved, acked(End::Left)},
      {left_by_order, go, {ToLeave{}}},
      {left_by_order, unknown, turned_down_as_unknown},
      {left_by_order, refused, turned_down_as_refused},
      {left_by_order, Stop{}, handed_back},
      {left_by_order, GraceOver{}, handed_back},
      {left_by_order, DeliveryLost{}, forgotten},
      {left_for_time, saved, acked(End::Left)},
      {left_for_time, go, waits},
      {left_for_time, unknown, turned_down_as_unknown},
      {left_for_time, refused, turned_down_as_refused},
      {left_for_time, Stop{}, handed_back},
      {left_for_time, GraceOver{}, handed_back},
      {left_for_time, DeliveryLost{}, forgotten},
      // Perhaps done already.
      {Asking{}, saved, acked(End::Known)},
      {Asking{}, go, waits},
      {Asking{}, unknown, turned_down_as_unknown},
      {Asking{}, refused, turned_down_as_refused},
      {Asking{}, Stop{}, handed_back},
      {Asking{}, GraceOver{}, handed_back},
      {Asking{}, DeliveryLost{}, forgotten},
      // To be computed.
      {Waiting{}, SlotTaken{}, {quiet}},
      {Waiting{}, Doubted{}, {Asking{}, Action::Ask}},
      {Waiting{}, TimeOut{}, {left_for_time, Action::Leave}},
      {Waiting{}, Stop{}, handed_back},
      {Waiting{}, GraceOver{}, handed_back},
      {Waiting{}, DeliveryLost{}, forgotten},
      {quiet, TimeOut{}, {told, Action::TellStarted}},
      {quiet, DeliveryLost{}, {quiet_orphan}},
      {quiet, CameAgain{}, {quiet}},
      {quiet, SlotDone{Outgoing::Result}, {result, Action::Report}},
      {quiet, SlotDone{Outgoing::Piece}, {piece, Action::Report}},
      {quiet, SlotDone{Outgoing::Failure}, {failure, Action::Report}},
      {quiet, SlotAbandoned{true}, {prefix, Action::Report}},
      {quiet, SlotAbandoned{false}, handed_back},
      {told, TimeOut{}, {told, Action::TellStarted}},
      {told, DeliveryLost{}, {told_orphan}},
      {told, CameAgain{}, {told}},
      {told, SlotDone{Outgoing::Result}, {result, Action::Report}},
      {told, SlotDone{Outgoing::Piece}, {piece, Action::Report}},
      {told, SlotDone{Outgoing::Failure}, {failure, Action::Report}},
      {told, SlotAbandoned{true}, {prefix, Action::Report}},
      {told, SlotAbandoned{false}, {nothing, Action::Leave}},
      // Not wanted any more, which the saver says when it is asked.
      {told, saved, {unwanted, Action::Abandon}},
      {told, unknown, {unknown_here, Action::Abandon}},
      {told, refused, {refused_here, Action::Abandon}},
      {quiet, saved, {{Computing{false, false, End::Known}}, Action::Abandon}},
      {quiet, unknown, {{Computing{false, false, End::Unknown}}, Action::Abandon}},
      {quiet, refused, {{Computing{false, false, End::Refused}}, Action::Abandon}},
      {told_orphan, saved, {unwanted_orphan, Action::Abandon}},
      {told_orphan, unknown, {{Computing{true, true, End::Unknown}}, Action::Abandon}},
      {told_orphan, refused, {{Computing{true, true, End::Refused}}, Action::Abandon}},
      {quiet_orphan, saved, {{Computing{false, true, End::Known}}, Action::Abandon}},
      {quiet_orphan, unknown, {{Computing{false, true, End::Unknown}}, Action::Abandon}},
      {quiet_orphan, refused, {{Computing{false, true, End::Refused}}, Action::Abandon}},
      {unwanted, TimeOut{}, {unwanted}},
      {unwanted, DeliveryLost{}, {unwanted_orphan}},
      {unwanted, CameAgain{}, {unwanted}},
      {unwanted, SlotDone{Outgoing::Result}, acked(End::Known)},
      {unwanted, SlotDone{Outgoing::Piece}, acked(End::Known)},
      {unwanted, SlotDone{Outgoing::Failure}, acked(End::Known)},
      {unwanted, SlotAbandoned{true}, acked(End::Known)},
      {unwanted, SlotAbandoned{false}, acked(End::Known)},
      {unwanted_orphan, TimeOut{}, {unwanted_orphan}},
      {unwanted_orphan, DeliveryLost{}, {unwanted_orphan}},
      {unwanted_orphan, CameAgain{}, {unwanted}},
      {unwanted_orphan, SlotDone{Outgoing::Result}, forgotten},
      {unwanted_orphan, SlotDone{Outgoing::Piece}, forgotten},
      {unwanted_orphan, SlotDone{Outgoing::Failure}, forgotten},
      {unwanted_orphan, SlotAbandoned{true}, forgotten},
      {unwanted_orphan, SlotAbandoned{false}, forgotten},
      {refused_here, SlotAbandoned{true}, turned_down_as_refused},
      {unknown_here, SlotAbandoned{false}, turned_down_as_unknown},
      {quiet_orphan, TimeOut{}, {told_orphan, Action::TellStarted}},
      {quiet_orphan, DeliveryLost{}, {quiet_orphan}},
      {quiet_orphan, CameAgain{}, {quiet}},
      {quiet_orphan, SlotDone{Outgoing::Result}, forgotten},
      {quiet_orphan, SlotDone{Outgoing::Piece}, forgotten},
      {quiet_orphan, SlotDone{Outgoing::Failure}, forgotten},
      {quiet_orphan, SlotAbandoned{true}, forgotten},
      {quiet_orphan, SlotAbandoned{false}, forgotten},
      {told_orphan, TimeOut{}, {told_orphan, Action::TellStarted}},
      {told_orphan, DeliveryLost{}, {told_orphan}},
      {told_orphan, CameAgain{}, {told}},
      {told_orphan, SlotDone{Outgoing::Result}, forgotten},
      {told_orphan, SlotDone{Outgoing::Piece}, forgotten},
      {told_orphan, SlotDone{Outgoing::Failure}, forgotten},
      {told_orphan, SlotAbandoned{true}, forgotten},
      {told_orphan, SlotAbandoned{false}, forgotten},
      // Reported.
      {result, saved, acked(End::Saved)},
      {failure, saved, acked(End::Failed)},
      {piece, saved, acked(End::Saved)},
      {prefix, saved, acked(End::Split)},
      {nothing, saved, acked(End::Left)},
  };
  return rows;
}

/// What all reports have in common, beside the table.
std::optional<Next> of_any_report(const JobState& state, const JobInput& input) {
  if (!std::holds_alternative<Reporting>(state)) {
    return std::nullopt;
  }
  if (const auto* answered = std::get_if<Answered>(&input)) {
    return answered->word == ReplyWord::Unknown   ? std::optional(turned_down_as_unknown)
           : answered->word == ReplyWord::Refused ? std::optional(turned_down_as_refused)
                                                  : std::nullopt;
  }
  return std::holds_alternative<GraceOver>(input)      ? std::optional(handed_back)
         : std::holds_alternative<DeliveryLost>(input) ? std::optional(forgotten)
                                                       : std::nullopt;
}

std::optional<Next> expected(const JobState& state, const JobInput& input) {
  for (const Row& row : table()) {
    if (name_of(row.state) == name_of(state) && name_of(row.input) == name_of(input)) {
      return row.next;
    }
  }
  return of_any_report(state, input);
}

const std::vector<JobState> states = {ToLeave{}, Asking{},     left_by_order,     left_for_time, Waiting{},      quiet,
                                      told,      quiet_orphan, told_orphan,       result,        failure,        piece,
                                      prefix,    nothing,      Ended{End::Saved}, unwanted,      unwanted_orphan};
const std::vector<JobInput> inputs = {SlotTaken{},
                                      SlotDone{Outgoing::Result},
                                      SlotDone{Outgoing::Piece},
                                      SlotDone{Outgoing::Failure},
                                      SlotAbandoned{true},
                                      SlotAbandoned{false},
                                      saved,
                                      part,
                                      go,
                                      unknown,
                                      refused,
                                      Doubted{},
                                      TimeOut{},
                                      CameAgain{},
                                      DeliveryLost{},
                                      Stop{},
                                      GraceOver{}};

TEST(ConsumerRules, EachInputInEachStateDoesWhatTheTableSays) {
  for (const JobState& state : states) {
    for (const JobInput& input : inputs) {
      EXPECT_EQ(step(state, input), expected(state, input)) << name_of(state) << " gets " << name_of(input);
    }
  }
}

TEST(ConsumerRules, EveryRowOfTheTableIsTried) {
  for (const Row& row : table()) {
    EXPECT_EQ(step(row.state, row.input), row.next) << name_of(row.state) << " gets " << name_of(row.input);
  }
}

TEST(ConsumerRules, ADeliveredBlockIsLeftAskedAboutOrComputed) {
  EXPECT_EQ(take(true, false), (Next{ToLeave{}}));
  EXPECT_EQ(take(true, true), (Next{ToLeave{}}));
  EXPECT_EQ(take(false, true), (Next{Asking{}, Action::Ask}));
  EXPECT_EQ(take(false, false), waits);
}

TEST(ConsumerRules, NothingIsAckedThatIsNotSavedOrLeft) {
  for (const JobState& state : states) {
    for (const JobInput& input : inputs) {
      const auto next = step(state, input);
      if (next && next->action == Action::Ack) {
        // Or its slot has let go of it after that answer.
        const auto* computing = std::get_if<Computing>(&state);
        EXPECT_TRUE(name_of(input) == name_of(JobInput(saved)) ||
                    (computing != nullptr && computing->end == End::Known))
            << name_of(state) << " gets " << name_of(input);
      }
    }
  }
}

}  // namespace
}  // namespace consumer_rules_table
}  // namespace robin::flow
