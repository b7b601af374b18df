#include "api/api.hpp"

#include <algorithm>
#include <chrono>
#include <initializer_list>

#include "api/body.hpp"
#include "api/documents.hpp"
#include "api/parameters.hpp"
#include "flow/choose_search.hpp"
#include "runtime/version.hpp"

namespace robin::api {
namespace {

constexpr const char* prefix = "/api/v1/";
constexpr std::size_t reason_bytes_max = 1000;
constexpr std::size_t text_bytes_max = 200;
constexpr std::size_t ids_max = 10'000;
constexpr std::size_t origin_items_max = 20;
constexpr std::size_t origin_bytes_max = 10'000;
constexpr std::uint64_t minutes_max = std::uint64_t{30} * 24 * 60;
/// How many points a series has, about.
constexpr std::uint64_t series_points = 120;
constexpr int draining_retry_seconds = 30;

using Segments = std::vector<std::string>;

Segments segments_of(const std::string& path) {
  Segments segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t slash = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, slash - begin));
    begin = slash + 1;
  }
  return segments;
}

std::chrono::seconds seconds(std::uint64_t count) { return std::chrono::seconds(static_cast<std::int64_t>(count)); }

flow::Finding kind_of(Parameters& parameters) {
  const std::string given = parameters.text("kind", text_bytes_max).value_or("witness");
  const auto kind = kind_from(given);
  if (!kind) {
    throw BadRequest("kind", "is none of witness, violation, undecided, best");
  }
  return *kind;
}

/// One request in hand.
class Handling {
 public:
  Handling(flow::Store& store, const search::Strategies& strategies, const Surroundings& surroundings,
           const Request& request)
      : store_(store),
        strategies_(strategies),
        request_(request),
        documents_(store, strategies, surroundings),
        parameters_(request.query) {}

  Response answer() {
    if (!request_.path.starts_with(prefix)) {
      return problem(404, "the API is below " + std::string(prefix));
    }
    const Segments path = segments_of(request_.path.substr(std::string_view(prefix).size()));
    const bool is_post = request_.method == "POST";
    if (!is_post && request_.method != "GET") {
      return problem(405, "only GET and POST are known");
    }
    const auto& first = path.front();
    const auto is = [&path](std::initializer_list<const char*> words) {
      return path.size() == words.size() && std::equal(path.begin(), path.end(), words.begin());
    };
    if (is({"drain"})) {
      return is_post ? order_drain() : read([this] { return documents_.drain(); });
    }
    if (is({"searches"}) && is_post) {
      return submit();
    }
    if (is({"blocks", "retry"})) {
      return is_post ? retry() : problem(405, "blocks are retried by POST");
    }
    if (is_post) {
      return problem(405, "this can only be read");
    }
    if (is({"status"})) {
      return read([this] { return documents_.status(); });
    }
    if (is({"overview"})) {
      return read([this] { return documents_.overview(); });
    }
    if (is({"version"})) {
      return read([] { return Json{{"version", runtime::version()}, {"revision", runtime::revision()}}; });
    }
    if (is({"searches"})) {
      return read([this] { return documents_.searches(); });
    }
    if (first == "searches" && path.size() >= 2) {
      return of_search(path);
    }
    if (is({"blocks"})) {
      return blocks();
    }
    if (is({"blocks", "errors"})) {
      const auto search = search_parameter();
      const auto limit = parameters_.number("limit", 100, 1, page_max);
      return read([&] { return documents_.error_groups(search, limit); });
    }
    if (first == "blocks" && path.size() == 2) {
      const flow::BlockId id{id_of(path[1])};
      return found(documents_.block(id), "there is no block " + path[1]);
    }
    if (is({"workers"})) {
      const auto limit = parameters_.number("limit", 100, 1, page_max);
      return read([&] { return documents_.workers(limit); });
    }
    if (is({"queues"})) {
      return read([this] { return documents_.queues(); });
    }
    if (is({"queues", "history"})) {
      const auto minutes = parameters_.number("minutes", 60, 1, minutes_max);
      return read([&] { return documents_.queue_history(seconds(60 * minutes), width(minutes)); });
    }
    if (is({"records"})) {
      const auto search = search_parameter();
      const auto kind = kind_of(parameters_);
      const auto top = parameters_.number("top", 20, 1, page_max);
      return read([&] { return documents_.records(search, kind, top); });
    }
    if (is({"events"})) {
      const auto kind = parameters_.text("kind", text_bytes_max);
      const auto limit = parameters_.number("limit", 50, 1, page_max);
      return read([&] { return documents_.events(kind, limit); });
    }
    return problem(404, "there is no " + request_.path.substr(0, text_bytes_max));
  }

 private:
  template <class Make>
  Response read(Make make) {
    parameters_.expect_no_others();
    return {200, make(), 0};
  }

  Response found(std::optional<Json> document, const std::string& missing) {
    parameters_.expect_no_others();
    return document ? Response{200, std::move(*document), 0} : problem(404, missing);
  }

  static std::chrono::seconds width(std::uint64_t minutes) {
    return seconds(std::max<std::uint64_t>(10, 60 * minutes / series_points));
  }

  static std::int64_t id_of(const std::string& text) {
    const std::map<std::string, std::string> one = {{"id", text}};
    Parameters parameters(one);
    return *parameters.id("id");
  }

  std::optional<flow::SearchId> search_parameter() {
    const auto id = parameters_.id("search");
    return id ? std::optional(flow::SearchId{*id}) : std::nullopt;
  }

  Response blocks() {
    flow::BlockFilter filter;
    filter.search = search_parameter();
    filter.states = parameters_.states("state");
    filter.after = {static_cast<std::int64_t>(parameters_.number("after", 0, 0, INT64_MAX))};
    const auto limit = parameters_.number("limit", 100, 1, page_max);
    return read([&] { return documents_.blocks(filter, limit); });
  }

  Response of_search(const Segments& path) {
    const flow::SearchId id{id_of(path[1])};
    const std::string missing = "there is no search " + path[1];
    const std::string what = path.size() == 3 ? path[2] : "";
    if (path.size() == 2) {
      return found(documents_.search(id), missing);
    }
    if (!documents_.has_search(id)) {
      return problem(404, missing);
    }
    if (what == "witnesses") {
      const auto kind = kind_of(parameters_);
      const auto limit = parameters_.number("limit", 100, 1, page_max);
      std::optional<flow::FindingCursor> after;
      if (const auto text = parameters_.text("after", text_bytes_max)) {
        after = cursor_from(*text);
        if (!after) {
          throw BadRequest("after", "is no cursor: take it from `next` of the page before");
        }
      }
      return read([&] { return documents_.findings(id, kind, after, limit); });
    }
    if (what == "certificate") {
      return found(documents_.certificate(id), "search " + path[1] + " certifies nothing yet");
    }
    if (what == "totals") {
      return read([&] { return documents_.totals(id); });
    }
    if (what == "results") {
      const auto limit = parameters_.number("limit", 100, 1, page_max);
      const auto after = parameters_.text("after", text_bytes_max).value_or("0");
      const auto integer = math::Integer::from_decimal(after);
      const auto from = integer ? integer->to_uint128() : std::nullopt;
      if (!from) {
        throw BadRequest("after", "is no cursor: take it from `next` of the page before");
      }
      return read([&] { return documents_.results(id, search::Position{*from}, limit); });
    }
    if (what == "margin") {
      const auto points = parameters_.number("points", 500, 1, 5000);
      return read([&] { return documents_.margin(id, points); });
    }
    if (what == "pace") {
      const auto minutes = parameters_.number("minutes", 60, 1, minutes_max);
      return read([&] { return documents_.pace(id, seconds(60 * minutes), width(minutes)); });
    }
    if (what == "durations") {
      const auto blocks_max = parameters_.number("blocks", 1000, 1, 10'000);
      return read([&] { return documents_.durations(id, blocks_max); });
    }
    return problem(404, "there is no " + request_.path.substr(0, text_bytes_max));
  }

  // Orders.

  Response order_drain() {
    parameters_.expect_no_others();
    Body body(request_.body);
    const std::string order = body.text("order", text_bytes_max);
    const std::string reason = body.text("reason", reason_bytes_max, "");
    body.expect_no_others();
    if (order != "start" && order != "stop") {
      throw BadRequest("order", "must be start or stop");
    }
    static_cast<void>(store_.janitor_ledger().order_drain(order == "start", request_.who, reason));
    return {202, documents_.drain(), 0};
  }

  Response retry() {
    parameters_.expect_no_others();
    Body body(request_.body);
    flow::RetryFilter filter;
    const auto ids = body.list("ids", ids_max, text_bytes_max);
    const auto states = body.list("states", 2, text_bytes_max);
    body.expect_no_others();
    if (ids.empty() == states.empty()) {
      throw BadRequest("ids", "or states must be given, and not both");
    }
    for (const auto& id : ids) {
      filter.ids.push_back({id_of(id)});
    }
    for (const auto& word : states) {
      const auto state = state_from(word);
      if (state != flow::BlockState::Failed && state != flow::BlockState::Quarantined) {
        throw BadRequest("states", "only failed and quarantined blocks are tried again");
      }
      filter.states.push_back(*state);
    }
    return {202, {{"blocks", store_.janitor_ledger().retry(filter, request_.who)}}, 0};
  }

  search::Position position(const search::Strategy& strategy, const char* field, const std::string& text) const {
    const auto parsed = strategy.parse(text);
    if (const auto* at = math::accepted(parsed)) {
      return *at;
    }
    throw BadRequest(field, math::refusal_reason(parsed));
  }

  Response submit() {
    parameters_.expect_no_others();
    Body body(request_.body);
    const std::string name = body.text("strategy", text_bytes_max);
    const std::string begin = body.text("begin", text_bytes_max, "");
    const std::string end = body.text("end", text_bytes_max);
    const auto mode = search::mode_from(body.text("mode", text_bytes_max, "complete"));
    const auto threshold =
        math::Decimal::parse(body.text("threshold", text_bytes_max, mode == search::Mode::Exact ? "1" : "1.767"));
    const auto digest = search::digest_kind_from(body.text("digest", text_bytes_max, "exact"));
    const auto origin = body.texts("origin", origin_items_max, origin_bytes_max);
    body.expect_no_others();
    const search::Strategy* strategy = strategies_.find(name);
    if (strategy == nullptr) {
      throw BadRequest("strategy", "is none of " + strategies_.names());
    }
    if (!mode || !digest || math::accepted(threshold) == nullptr) {
      throw BadRequest(!mode     ? "mode"
                       : !digest ? "digest"
                                 : "threshold",
                       !mode     ? "is none of complete, pruned, exact"
                       : !digest ? "is none of exact, original"
                                 : math::refusal_reason(threshold));
    }
    const flow::SearchSpec spec{
        name,
        {begin.empty() ? strategy->first() : position(*strategy, "begin", begin), position(*strategy, "end", end)},
        {*mode, *math::accepted(threshold), *digest},
        origin};
    if (spec.range.is_empty() || spec.range.end < spec.range.begin) {
      throw BadRequest("end", "must lie after begin (ranges are half-open: [begin, end))");
    }
    if (const auto refusal = strategy->refuse(spec.parameters)) {
      throw BadRequest("mode", refusal->reason);
    }
    auto certifier = strategy->certifier(origin);
    if (std::holds_alternative<math::Refusal>(certifier)) {
      throw BadRequest("origin", std::get<math::Refusal>(certifier).reason);
    }
    const bool certifies = std::get<std::unique_ptr<search::Certifier>>(certifier) != nullptr;
    if (certifies && origin.empty() && spec.range.begin != strategy->first()) {
      throw BadRequest("begin", "a certificate begins at " + strategy->text(strategy->first()) +
                                    ", or where another one ends (origin)");
    }
    if (store_.control().state != flow::ControlState::Writable) {
      Response response = problem(503, "the cluster is being drained: nothing enters (robin drain stop)");
      response.retry_after = draining_retry_seconds;
      return response;
    }
    const auto [search, choice] = flow::choose_search(store_, spec);
    const char* const what = choice == flow::Choice::Created   ? "submitted"
                             : choice == flow::Choice::Resumed ? "known"
                                                               : "extended";
    return {202, {{"search", search.value}, {"what", what}}, 0};
  }

  flow::Store& store_;
  const search::Strategies& strategies_;
  const Request& request_;
  Documents documents_;
  Parameters parameters_;
};

}  // namespace

Response Api::handle(const Request& request) {
  try {
    return Handling(store_, strategies_, surroundings_, request).answer();
  } catch (const BadRequest& bad) {
    return problem(400, bad.field() + " " + bad.what(), bad.field());
  }
}

}  // namespace robin::api
