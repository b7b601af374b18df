#include "flow/rules/consumer_rules.hpp"

namespace robin::flow {
namespace {

using Step = std::optional<Next>;

const Step stays = std::nullopt;

Next ended(End how) {
  switch (how) {
    case End::Unknown:
    case End::Refused:
      return {Ended{how}, Action::Reject};
    case End::HandedBack:
      return {Ended{how}, Action::HandBack};
    case End::Forgotten:
      return {Ended{how}, Action::None};
    default:
      return {Ended{how}, Action::Ack};
  }
}

/// `saved` ends what waits for an answer, and so does what says that the saver will never save it.
Step answered(ReplyWord word, End saved) {
  switch (word) {
    case ReplyWord::Saved:
      return ended(saved);
    case ReplyWord::Unknown:
      return ended(End::Unknown);
    case ReplyWord::Refused:
      return ended(End::Refused);
    case ReplyWord::Go:
    case ReplyWord::Part:
      break;
  }
  return stays;
}

End end_of(Outgoing what) {
  switch (what) {
    case Outgoing::Result:
    case Outgoing::Piece:
      return End::Saved;
    case Outgoing::Failure:
      return End::Failed;
    case Outgoing::Prefix:
      return End::Split;
    case Outgoing::Nothing:
      break;
  }
  return End::Left;
}

/// A function for each state and input of which something follows.
struct JobRules {
  template <class State, class Input>
  Step operator()(const State&, const Input&) const {
    return stays;
  }

  // What no slot has begun.

  Step operator()(const ToLeave&, const TimeOut&) const { return Next{Leaving{true}, Action::Leave}; }
  // By the ledger, not back to the queue: a broker may count that as a delivery, and dead-letter what only waited.
  Step operator()(const Waiting&, const TimeOut&) const { return Next{Leaving{false}, Action::Leave}; }
  Step operator()(const Waiting&, const SlotTaken&) const { return Next{Computing{}}; }
  Step operator()(const Waiting&, const Doubted&) const { return Next{Asking{}, Action::Ask}; }
  Step operator()(const Asking&, const Answered& answer) const {
    if (answer.word == ReplyWord::Go) {
      return Next{Waiting{}, Action::Queue};
    }
    return answered(answer.word, End::Known);
  }
  Step operator()(const Leaving& leaving, const Answered& answer) const {
    if (answer.word == ReplyWord::Go) {
      return leaving.is_avoided ? Next{ToLeave{}} : Next{Waiting{}, Action::Queue};
    }
    return answered(answer.word, End::Left);
  }

  Step operator()(const ToLeave&, const Stop&) const { return ended(End::HandedBack); }
  Step operator()(const Asking&, const Stop&) const { return ended(End::HandedBack); }
  Step operator()(const Leaving&, const Stop&) const { return ended(End::HandedBack); }
  Step operator()(const Waiting&, const Stop&) const { return ended(End::HandedBack); }

  // In a slot. What is being computed goes on, whatever happens outside, as long as somebody wants it.

  Step operator()(const Computing& computing, const TimeOut&) const {
    return computing.end ? Next{computing}
                         : Next{Computing{true, computing.is_orphan, std::nullopt}, Action::TellStarted};
  }
  Step operator()(const Computing& computing, const Answered& answer) const {
    // Nothing but a query is answered while it is computed. What went before, and was answered late, says the same.
    const Step end = answered(answer.word, End::Known);
    return !end || computing.end
               ? stays
               : Next{Computing{computing.is_told, computing.is_orphan, std::get<Ended>(end->state).how},
                      Action::Abandon};
  }
  Step operator()(const Computing& computing, const DeliveryLost&) const {
    return Next{Computing{computing.is_told, true, computing.end}};
  }
  Step operator()(const Computing& computing, const CameAgain&) const {
    return Next{Computing{computing.is_told, false, computing.end}};
  }
  Step operator()(const Computing& computing, const SlotDone& done) const {
    if (computing.is_orphan) {
      return ended(End::Forgotten);
    }
    if (computing.end) {
      return ended(*computing.end);
    }
    return Next{Reporting{done.what}, Action::Report};
  }
  Step operator()(const Computing& computing, const SlotAbandoned& abandoned) const {
    if (computing.is_orphan) {
      return ended(End::Forgotten);
    }
    if (computing.end) {
      return ended(*computing.end);
    }
    if (abandoned.has_prefix) {
      return Next{Reporting{Outgoing::Prefix}, Action::Report};
    }
    // The ledger must not go on saying that it runs here, or its lease would have to end first.
    return computing.is_told ? Next{Reporting{Outgoing::Nothing}, Action::Leave} : ended(End::HandedBack);
  }

  // Out of its slot.

  Step operator()(const Reporting& reporting, const Answered& answer) const {
    return answered(answer.word, end_of(reporting.what));
  }

  // Of all that are in no slot.

  template <class State>
  Step operator()(const State&, const GraceOver&) const {
    return ended(End::HandedBack);
  }
  template <class State>
  Step operator()(const State&, const DeliveryLost&) const {
    return ended(End::Forgotten);
  }
  Step operator()(const Computing&, const GraceOver&) const { return stays; }
  Step operator()(const Ended&, const GraceOver&) const { return stays; }
  Step operator()(const Ended&, const DeliveryLost&) const { return stays; }
};

}  // namespace

Next take(bool is_avoided, bool may_be_done) {
  if (is_avoided) {
    return {ToLeave{}};
  }
  // Asking costs a round trip, computing it again much more.
  return may_be_done ? Next{Asking{}, Action::Ask} : Next{Waiting{}, Action::Queue};
}

Step step(const JobState& state, const JobInput& input) { return std::visit(JobRules{}, state, input); }

}  // namespace robin::flow
