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
    throw Refused{503, "the cluster is being drained: nothing enters (robin drain stop)", draining_retry_seconds};
  }
  const auto [search, choice] = store.search_ledger().submit(spec);
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
      throw BadRequest("states", "only failed and quarantined blocks are tried again");
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

}  // namespace robin::api
