#include "api/orders.hpp"

#include <algorithm>

#include "api/bad_request.hpp"
#include "api/parameters.hpp"
#include "api/submission.hpp"

namespace robin::api {
namespace {

constexpr int draining_retry_seconds = 30;

Submitted word_of(flow::Choice choice) {
  return choice == flow::Choice::Created   ? Submitted::New
         : choice == flow::Choice::Resumed ? Submitted::Known
                                           : Submitted::Extended;
}

}  // namespace

Submission Orders::submit(const SubmitOrder& order) {
  const auto spec = search_spec(documents_.known_strategies(), order);
  auto& store = documents_.store();
  if (store.monitor_ledger().control().state != flow::ControlState::Writable) {
    throw Refused{503, "the cluster is being drained and takes no search: submit it again after robin drain stop",
                  draining_retry_seconds};
  }
  const flow::SearchControl control{order.paused.value_or(false) ? flow::RunState::Paused : flow::RunState::Active,
                                    static_cast<std::uint32_t>(order.share.value_or(1))};
  const auto [search, choice] = store.search_ledger().submit(spec, control);
  return {search.value, word_of(choice)};
}

Retried Orders::retry(const RetryOrder& order) {
  if (order.ids.empty() == order.states.empty()) {
    throw BadRequest("ids", "or states must be given, and not both");
  }
  flow::RetryFilter filter;
  for (const auto& id : order.ids) {
    filter.ids.push_back({id_from(id)});
  }
  for (const auto& word : order.states) {
    const auto state = block_state_from(word);
    if (std::find(retried_states.begin(), retried_states.end(), state) == retried_states.end()) {
      throw BadRequest("states", "must be failed or quarantined: no other block is tried again");
    }
    filter.states.push_back(*state);
  }
  return {documents_.cluster().operator_ledger().retry(filter, who_)};
}

Drain Orders::switch_drain(const SwitchOrder& order) {
  const bool starts = order.order == DrainOrder::Start;
  static_cast<void>(documents_.cluster().operator_ledger().order_drain(starts, who_, order.reason));
  return documents_.drain({});
}

Compaction Orders::compact(const CompactOrder& order) {
  documents_.cluster().operator_ledger().order_compaction(std::chrono::seconds(order.older_than_seconds), who_,
                                                          order.reason);
  return documents_.compaction({});
}

SearchDetail Orders::pause(flow::SearchId search, const SearchOrder& order) {
  return control(search, {.state = flow::RunState::Paused}, order.reason);
}
SearchDetail Orders::resume(flow::SearchId search, const SearchOrder& order) {
  return control(search, {.state = flow::RunState::Active}, order.reason);
}
SearchDetail Orders::cancel(flow::SearchId search, const SearchOrder& order) {
  return control(search, {.state = flow::RunState::Cancelled}, order.reason);
}
SearchDetail Orders::share(flow::SearchId search, const ShareOrder& order) {
  return control(search, {.share = static_cast<std::uint32_t>(order.share)}, order.reason);
}

SearchDetail Orders::control(flow::SearchId search, const flow::SearchControlOrder& order, const std::string& why) {
  const std::string name = "search " + std::to_string(search.value);
  switch (documents_.cluster().operator_ledger().control_search(search, order, who_, why)) {
    case flow::ControlOutcome::Unknown:
      throw Refused{404, "there is no " + name + " (robin search list names all)"};
    case flow::ControlOutcome::Final:
      throw Refused{409, name + " was cancelled, which is for good (robin submit makes a new one)"};
    case flow::ControlOutcome::Done:
    case flow::ControlOutcome::AlreadySo:
      break;
  }
  return documents_.search(search, {});
}

}  // namespace robin::api
