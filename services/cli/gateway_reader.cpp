#include "cli/gateway_reader.hpp"

#include <algorithm>

#include "api/limits.hpp"

namespace robin::cli {
namespace {

using flow::SearchId;

std::string path_of(SearchId search, const char* what = "") {
  return "searches/" + std::to_string(search.value) + what;
}

search::Position position(const search::Strategy& strategy, const std::string& text) {
  const auto parsed = strategy.parse(text);
  if (core::accepted(parsed) == nullptr) {
    ApiSource::misunderstood(core::refusal_reason(parsed));
  }
  return *core::accepted(parsed);
}

flow::RunState run_state_of(api::SearchState state) {
  return state == api::SearchState::Paused      ? flow::RunState::Paused
         : state == api::SearchState::Cancelled ? flow::RunState::Cancelled
                                                : flow::RunState::Active;
}

search::Witness witness(const api::Witness& seen) { return {seen.factorization, seen.ratio_lo, seen.ratio_hi}; }

}  // namespace

const search::Strategy& GatewayReader::strategy_of(const std::string& name) const {
  const auto* strategy = strategies_.find(name);
  if (strategy == nullptr) {
    ApiSource::misunderstood("strategy " + name + " is none that this program has");
  }
  return *strategy;
}

const std::map<std::string, std::string>& GatewayReader::origin_of(SearchId search) {
  const auto found = origins_.find(search);
  return found != origins_.end()
             ? found->second
             : origins_.emplace(search, source_.get<api::SearchDetail>(path_of(search)).origin).first->second;
}

std::vector<flow::SearchRecord> GatewayReader::searches() {
  std::vector<flow::SearchRecord> all;
  source_.each<api::Search>("searches", [&](const api::Search& search, const auto& /*row*/) {
    // One of a strategy that this program lacks is none that it was asked to follow.
    if (const auto* strategy = strategies_.find(search.strategy)) {
      const auto threshold = math::Decimal::parse(search.threshold);
      if (core::accepted(threshold) == nullptr) {
        ApiSource::misunderstood("the threshold of search " + std::to_string(search.id));
      }
      all.push_back({{search.id},
                     {search.strategy,
                      {position(*strategy, search.begin), position(*strategy, search.end)},
                      {search.mode, *core::accepted(threshold), search.digest_kind},
                      origin_of({search.id})},
                     position(*strategy, search.planned),
                     {run_state_of(search.state), static_cast<std::uint32_t>(search.computing_share)}});
    }
  });
  return all;
}

flow::BlockCounts GatewayReader::counts(SearchId search) {
  const auto detail = source_.get<api::SearchDetail>(path_of(search));
  const auto& [pending, queued, running, finished, failed, quarantined, disputed, cancelled] = detail.blocks;
  const auto& [checks_pending, checks_in_flight, checks_unsettled] = detail.checks;
  return {pending,  queued,    running,        finished,         failed,          quarantined,
          disputed, cancelled, checks_pending, checks_in_flight, checks_unsettled};
}

std::vector<flow::FinishedBlock> GatewayReader::finished(SearchId search, search::Position from, std::size_t limit) {
  std::vector<flow::FinishedBlock> all;
  const auto page = source_.get<api::Page<api::Result, api::Wide>>(
      path_of(search, "/results"),
      {{"after", core::decimal(from.ordinal)}, {"limit", std::to_string(std::min(limit, api::page_max))}});
  for (const auto& block : page.items) {
    all.push_back({{block.id}, {{block.begin}, {block.end}}, block.candidates, block.digest, block.extras});
  }
  return all;
}

std::uint64_t GatewayReader::count_findings(SearchId search, flow::Finding finding) {
  const auto totals = source_.get<api::Totals>(path_of(search, "/totals"));
  return finding == flow::Finding::Violation   ? totals.violations
         : finding == flow::Finding::Undecided ? totals.undecided
                                               : totals.witnesses;
}

std::vector<search::Witness> GatewayReader::findings(SearchId search, flow::Finding finding, std::size_t limit) {
  std::vector<search::Witness> all;
  source_.each<api::Finding>(path_of(search, "/witnesses"), {{"kind", std::string(flow::text(finding))}}, limit,
                             [&](const api::Finding& item, const auto& /*row*/) { all.push_back(witness(item)); });
  return all;
}

std::vector<search::Witness> GatewayReader::top_findings(SearchId search, flow::Finding finding, std::size_t limit) {
  if (limit > api::page_max) {
    auto all = findings(search, finding, static_cast<std::size_t>(-1));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      const double left = std::stod(a.ratio_lo);
      const double right = std::stod(b.ratio_lo);
      return left != right ? left > right : a.ratio_lo > b.ratio_lo;
    });
    all.resize(std::min(all.size(), limit));
    return all;
  }
  std::vector<search::Witness> all;
  if (limit > 0) {
    const auto best = source_.get<api::List<api::Finding>>("records", {{"search", std::to_string(search.value)},
                                                                       {"kind", std::string(flow::text(finding))},
                                                                       {"top", std::to_string(limit)}});
    for (const auto& item : best.items) {
      all.push_back(witness(item));
    }
  }
  return all;
}

std::vector<flow::BlockRecord> GatewayReader::blocks(const flow::BlockFilter& filter, std::size_t limit) {
  ApiSource::Query query = {{"after", std::to_string(filter.after.value)}};
  if (filter.search) {
    query["search"] = std::to_string(filter.search->value);
  }
  for (const auto state : filter.states) {
    std::string& states = query["state"];
    states.append(states.empty() ? "" : ",").append(flow::text(state));
  }
  std::map<api::Id, std::string> strategies;
  source_.each<api::Search>("searches", [&strategies](const api::Search& search, const auto& /*row*/) {
    strategies[search.id] = search.strategy;
  });
  std::vector<flow::BlockRecord> all;
  source_.each<api::Block>("blocks", query, limit, [&](const api::Block& block, const auto& /*row*/) {
    const auto& strategy = strategy_of(strategies[block.search]);
    all.push_back({{block.id},
                   {block.search},
                   {position(strategy, block.begin), position(strategy, block.end)},
                   block.state,
                   {block.attempts},
                   block.worker.value_or(""),
                   {},
                   {},
                   block.started_at.value_or(""),
                   block.finished_at.value_or(""),
                   block.error.value_or("")});
  });
  return all;
}

flow::AuditFrontier GatewayReader::audited(SearchId search) {
  const auto detail = source_.get<api::SearchDetail>(path_of(search));
  return {position(strategy_of(detail.strategy), detail.audited), detail.audit_state, detail.objection.value_or("")};
}

}  // namespace robin::cli
