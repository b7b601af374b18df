#include "cli/gateway_reader.hpp"

#include <algorithm>

#include "api/parameters.hpp"
#include "flow/json_reader.hpp"
#include "runtime/error.hpp"

namespace robin::cli {
namespace {

using Json = ApiSource::Json;
using flow::SearchId;

std::string path_of(SearchId search, const char* what = "") {
  return "searches/" + std::to_string(search.value) + what;
}

[[noreturn]] void misunderstood(const std::string& what) {
  throw runtime::Error("the gateway's answer cannot be used: " + what + " (is it of another version?)");
}

std::string text_or_empty(const Json& value) { return value.is_null() ? std::string() : value.get<std::string>(); }

search::uint128 wide(const Json& value) {
  const auto integer = math::Integer::from_decimal(value.is_string() ? value.get<std::string>() : value.dump());
  const auto number = integer ? integer->to_uint128() : std::nullopt;
  if (!number) {
    misunderstood("'" + value.dump() + "' is no number");
  }
  return *number;
}

search::Position position(const search::Strategy& strategy, const Json& value) {
  const auto parsed = strategy.parse(value.get<std::string>());
  if (math::accepted(parsed) == nullptr) {
    misunderstood(math::refusal_reason(parsed));
  }
  return *math::accepted(parsed);
}

search::Witness witness(const Json& item) {
  return {item.at("factorization"), item.at("ratio_lo"), item.at("ratio_hi")};
}

/// Answers that are no JSON of the API's shape are the world's failure, not ours.
template <class Read>
auto understood(Read read) {
  try {
    return read();
  } catch (const Json::exception& error) {
    misunderstood(error.what());
  }
}

}  // namespace

std::vector<flow::SearchRecord> GatewayReader::searches() {
  return understood([&] {
    std::vector<flow::SearchRecord> all;
    const Json page = source_.get("searches");
    for (const Json& item : page.at("items")) {
      // One that this program lacks is none that it was asked to follow.
      if (const auto* strategy = strategies_.find(item.at("strategy").get<std::string>())) {
        const auto mode = search::mode_from(item.at("mode").get<std::string>());
        const auto digest = search::digest_kind_from(item.at("digest_kind").get<std::string>());
        const auto threshold = math::Decimal::parse(item.at("threshold").get<std::string>());
        if (!mode || !digest || math::accepted(threshold) == nullptr) {
          misunderstood("the parameters of search " + item.at("id").dump());
        }
        all.push_back({{item.at("id").get<std::int64_t>()},
                       {std::string(strategy->name()),
                        {position(*strategy, item.at("begin")), position(*strategy, item.at("end"))},
                        {*mode, *math::accepted(threshold), *digest}},
                       position(*strategy, item.at("planned"))});
      }
    }
    return all;
  });
}

flow::BlockCounts GatewayReader::counts(SearchId search) {
  return understood([&] {
    const Json document = source_.get(path_of(search));
    const auto& blocks = document.at("blocks");
    const auto& checks = document.at("checks");
    flow::BlockCounts counts;
    counts.pending = blocks.at("pending");
    counts.queued = blocks.at("queued");
    counts.running = blocks.at("running");
    counts.finished = blocks.at("finished");
    counts.failed = blocks.at("failed");
    counts.quarantined = blocks.at("quarantined");
    counts.disputed = blocks.at("disputed");
    counts.orders_pending = checks.at("pending");
    counts.orders_in_flight = checks.at("in_flight");
    counts.orders_unsettled = checks.at("unsettled");
    return counts;
  });
}

std::vector<flow::FinishedBlock> GatewayReader::finished(SearchId search, search::Position from, std::size_t limit) {
  return understood([&] {
    std::vector<flow::FinishedBlock> all;
    const Json page =
        source_.get(path_of(search, "/results"), {{"after", math::Integer::from_uint128(from.ordinal).to_decimal()},
                                                  {"limit", std::to_string(std::min(limit, api::page_max))}});
    for (const Json& item : page.at("items")) {
      all.push_back({{item.at("id").get<std::int64_t>()},
                     {{wide(item.at("begin"))}, {wide(item.at("end"))}},
                     wide(item.at("candidates")),
                     item.at("digest"),
                     item.at("extras").get<std::map<std::string, std::string>>()});
    }
    return all;
  });
}

std::uint64_t GatewayReader::count_findings(SearchId search, flow::Finding finding) {
  return understood([&] {
    const Json totals = source_.get(path_of(search, "/totals"));
    return totals
        .at(finding == flow::Finding::Violation   ? "violations"
            : finding == flow::Finding::Undecided ? "undecided"
                                                  : "witnesses")
        .get<std::uint64_t>();
  });
}

std::vector<search::Witness> GatewayReader::findings(SearchId search, flow::Finding finding, std::size_t limit) {
  return understood([&] {
    std::vector<search::Witness> all;
    source_.each(path_of(search, "/witnesses"), {{"kind", std::string(flow::text(finding))}}, limit,
                 [&](const Json& item) { all.push_back(witness(item)); });
    return all;
  });
}

std::vector<search::Witness> GatewayReader::top_findings(SearchId search, flow::Finding finding, std::size_t limit) {
  return understood([&] {
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
    const Json best = limit == 0 ? Json{{"items", Json::array()}}
                                 : source_.get("records", {{"search", std::to_string(search.value)},
                                                           {"kind", std::string(flow::text(finding))},
                                                           {"top", std::to_string(limit)}});
    for (const Json& item : best.at("items")) {
      all.push_back(witness(item));
    }
    return all;
  });
}

std::vector<flow::BlockRecord> GatewayReader::blocks(const flow::BlockFilter& filter, std::size_t limit) {
  return understood([&] {
    ApiSource::Query query = {{"after", std::to_string(filter.after.value)}};
    if (filter.search) {
      query["search"] = std::to_string(filter.search->value);
    }
    for (const auto state : filter.states) {
      std::string& states = query["state"];
      states.append(states.empty() ? "" : ",").append(flow::text(state));
    }
    std::map<std::int64_t, const search::Strategy*> strategies;
    for (const auto& record : searches()) {
      strategies[record.id.value] = strategies_.find(record.spec.strategy);
    }
    std::vector<flow::BlockRecord> all;
    source_.each("blocks", query, limit, [&](const Json& item) {
      const auto found = strategies.find(item.at("search").get<std::int64_t>());
      const auto state = flow::block_state_from(item.at("state").get<std::string>());
      if (found == strategies.end() || !state) {
        return;
      }
      const auto& strategy = *found->second;
      all.push_back({{item.at("id").get<std::int64_t>()},
                     {found->first},
                     {position(strategy, item.at("begin")), position(strategy, item.at("end"))},
                     *state,
                     {item.at("attempts").get<std::uint32_t>()},
                     text_or_empty(item.at("worker")),
                     {},
                     {},
                     text_or_empty(item.at("started_at")),
                     text_or_empty(item.at("finished_at")),
                     text_or_empty(item.at("error"))});
    });
    return all;
  });
}

flow::AuditFrontier GatewayReader::audited(SearchId search) {
  return understood([&] {
    const Json document = source_.get(path_of(search));
    const auto* strategy = strategies_.find(document.at("strategy").get<std::string>());
    if (strategy == nullptr) {
      misunderstood("a strategy that this program lacks");
    }
    return flow::AuditFrontier{position(*strategy, document.at("audited")),
                               document.at("audit_state").get<std::map<std::string, std::string>>(),
                               text_or_empty(document.at("objection"))};
  });
}

}  // namespace robin::cli
