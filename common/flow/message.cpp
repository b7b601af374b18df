#include "flow/message.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract.hpp"
#include "flow/json_reader.hpp"
#include "search/sha256.hpp"

namespace robin::flow {
namespace {

using nlohmann::json;

constexpr std::size_t name_length_max = 200;
constexpr std::size_t position_length_max = 100;
constexpr std::size_t error_length_max = 4000;
constexpr std::uint64_t id_max = std::uint64_t{1} << 53U;
constexpr std::uint64_t attempt_max = 1'000'000;
/// A part's text may double when it is quoted inside JSON, and must stay below message_bytes_max.
constexpr std::size_t part_bytes = 500'000;
constexpr std::uint64_t parts_max = 1000;
constexpr const char* bundle_type = "bundle";

/// One line without control characters: whatever an exception says must be fit to be stored and shown.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

json header(std::string_view type, const WorkKey& key, Attempt attempt) {
  return {{"v", wire_version},      {"type", type},   {"block", key.block.value},
          {"purpose", key.purpose}, {"run", key.run}, {"attempt", attempt.value}};
}

WorkKey read_key(JsonReader& reader) {
  WorkKey key{{static_cast<std::int64_t>(reader.number("block", 1, id_max))},
              reader.text("purpose", name_length_max),
              static_cast<std::uint32_t>(reader.number("run", 1, attempt_max))};
  if (!purpose_from(key.purpose)) {
    reader.fail("purpose", "must be search, check:N or refine:N");
  }
  return key;
}

Attempt read_attempt(JsonReader& reader) {
  return {static_cast<std::uint32_t>(reader.number("attempt", 1, attempt_max))};
}

std::string name_of(std::string_view type, const WorkKey& key) {
  return std::string(type) + "/" + std::to_string(key.block.value) + "/" + key.purpose + "/" + std::to_string(key.run);
}

const search::Strategy* read_strategy(JsonReader& reader, const search::Strategies& strategies) {
  const std::string name = reader.text("strategy", name_length_max);
  const search::Strategy* strategy = strategies.find(name);
  if (strategy == nullptr) {
    reader.fail("strategy", "is none of " + strategies.names());
  }
  return reader.is_good() ? strategy : nullptr;
}

search::Position read_position(JsonReader& reader, const char* field, const search::Strategy* strategy) {
  const std::string text = reader.text(field, position_length_max);
  if (strategy == nullptr || !reader.is_good()) {
    return {0};
  }
  const auto parsed = strategy->parse(text);
  const auto* position = math::accepted(parsed);
  if (position == nullptr) {
    reader.fail(field, math::refusal_reason(parsed));
    return {0};
  }
  return *position;
}

search::Block read_block(JsonReader& reader, const search::Strategy* strategy) {
  search::Block block{read_position(reader, "begin", strategy), read_position(reader, "end", strategy)};
  if (reader.is_good() && block.is_empty()) {
    reader.fail("end", "must lie after begin");
  }
  return block;
}

search::DigestKind read_digest_kind(JsonReader& reader) {
  const auto kind = search::digest_kind_from(reader.text("digest_kind", name_length_max));
  if (!kind) {
    reader.fail("digest_kind", "must be exact or original");
  }
  return kind.value_or(search::DigestKind::Exact);
}

std::optional<search::Parameters> read_parameters(JsonReader& reader) {
  const auto mode = search::mode_from(reader.text("mode", name_length_max));
  if (!mode) {
    reader.fail("mode", "must be complete, pruned or exact");
  }
  const auto threshold = math::Decimal::parse(reader.text("threshold", name_length_max));
  if (math::accepted(threshold) == nullptr) {
    reader.fail("threshold", math::refusal_reason(threshold));
  }
  const auto kind = read_digest_kind(reader);
  if (!reader.is_good()) {
    return std::nullopt;
  }
  return search::Parameters{*mode, *math::accepted(threshold), kind};
}

std::string read_digest(JsonReader& reader, const char* field) {
  std::string digest = reader.text(field, name_length_max);
  if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos) {
    reader.fail(field, "must be a SHA-256 in lowercase hexadecimal");
  }
  return digest;
}

json triple(const search::Witness& witness) {
  return json::array({witness.factorization, witness.ratio_lo, witness.ratio_hi});
}

json triples(const std::vector<search::Witness>& list) {
  json all = json::array();
  for (const auto& witness : list) {
    all.push_back(triple(witness));
  }
  return all;
}

void add_result(json& object, const WorkResult& work_result, const Work& work) {
  const auto& [result, elapsed] = work_result;
  object["digest_kind"] = search::text(work.parameters.digest);
  const auto& findings = result.findings;
  object["candidates"] = wide_number(findings.candidates);
  object["violations"] = triples(findings.violations);
  object["witnesses"] = triples(findings.witnesses);
  object["undecided"] = triples(findings.undecided);
  object["best"] = findings.best ? triple(*findings.best) : json();
  object["extras"] = findings.extras;
  object["digest"] = result.digest;
  object["elapsed_seconds"] = elapsed;
}

WorkResult read_result(JsonReader& reader, const search::Block& block, const search::Strategy* strategy) {
  WorkResult result{{block, {}, {}}, 0};
  auto& findings = result.result.findings;
  findings.candidates = reader.wide_number("candidates");
  findings.violations = reader.witnesses("violations");
  findings.witnesses = reader.witnesses("witnesses");
  findings.undecided = reader.witnesses("undecided");
  findings.best = reader.witness_or_null("best");
  findings.extras = reader.texts("extras");
  result.result.digest = read_digest(reader, "digest");
  result.elapsed_seconds = reader.seconds("elapsed_seconds");
  const search::DigestKind kind = read_digest_kind(reader);
  if (reader.is_good() && kind == search::DigestKind::Exact &&
      search::exact_digest(*strategy, block, findings) != result.result.digest) {
    reader.fail("digest", "does not belong to this result");
  }
  return result;
}

Partial read_partial(JsonReader& reader, const search::Block& block, const search::Strategy* strategy) {
  Partial partial{read_position(reader, "cut", strategy), std::nullopt};
  if (reader.is_good() && (partial.cut < block.begin || block.end <= partial.cut)) {
    reader.fail("cut", "must lie in the range, before its end");
  }
  if (reader.is_good() && block.begin < partial.cut) {
    partial.prefix = read_result(reader, {block.begin, partial.cut}, strategy);
  }
  return partial;
}

json report_object(std::string_view type, const Report& report, const Work& work, const search::Strategy& strategy) {
  json object = header(type, report.key, report.attempt);
  object["worker"] = report.worker;
  object["strategy"] = work.strategy;
  object["begin"] = strategy.text(report.block.begin);
  object["end"] = strategy.text(report.block.end);
  return object;
}

std::vector<Message> in_parts(const std::string& whole, const Report& report, const Work& work,
                              const search::Strategy& strategy, const std::string& reply_to) {
  const std::string digest = search::Sha256::hex_of(whole);
  const std::size_t parts = (whole.size() + part_bytes - 1) / part_bytes;
  ROBIN_ASSERT(parts <= parts_max, "witnesses_max bounds a result to what its parts can carry");
  std::vector<Message> messages;
  for (std::size_t part = 0; part < parts; ++part) {
    json object = report_object("part", report, work, strategy);
    object["digest_of_whole"] = digest;
    object["part"] = part;
    object["parts"] = parts;
    object["text"] = whole.substr(part * part_bytes, part_bytes);
    messages.push_back(
        {name_of("part", report.key) + "/" + digest + "/" + std::to_string(part), object.dump(), reply_to});
  }
  return messages;
}

}  // namespace

Message encode(const Work& work, const search::Strategies& strategies) {
  const search::Strategy* strategy = strategies.find(work.strategy);
  ROBIN_ASSERT(strategy != nullptr, "work names a strategy that exists");
  json object = header("block", work.key, work.attempt);
  object["search"] = work.search.value;
  object["strategy"] = work.strategy;
  object["begin"] = strategy->text(work.block.begin);
  object["end"] = strategy->text(work.block.end);
  object["mode"] = search::text(work.parameters.mode);
  object["threshold"] = work.parameters.threshold.text();
  object["digest_kind"] = search::text(work.parameters.digest);
  object["avoid"] = work.avoid;
  object["origin"] = work.origin;
  return {name_of("block", work.key) + "/" + std::to_string(work.attempt.value), object.dump(), {}};
}

math::Parsed<Work> decode_work(std::string_view body, const search::Strategies& strategies) {
  JsonReader reader(body, wire_version);
  if (reader.text("type", name_length_max) != "block") {
    reader.fail("type", "must be block");
  }
  const WorkKey key = read_key(reader);
  const Attempt attempt = read_attempt(reader);
  const SearchId search{static_cast<std::int64_t>(reader.number("search", 1, id_max))};
  const search::Strategy* strategy = read_strategy(reader, strategies);
  const search::Block block = read_block(reader, strategy);
  const auto parameters = read_parameters(reader);
  auto avoid = reader.list("avoid", name_length_max);
  auto origin = reader.texts("origin");
  if (!reader.is_good()) {
    return math::Refusal{reader.reason()};
  }
  auto refusal = search::refuse_block(*strategy, block, *parameters);
  if (!refusal && purpose_from(key.purpose)->kind == Purpose::Kind::Refine) {
    refusal = strategy->refuse_refinement(block, origin);
  }
  if (refusal) {
    return *refusal;
  }
  return Work{key,         search, attempt,          std::string(strategy->name()),
              *parameters, block,  std::move(avoid), std::move(origin)};
}

std::vector<Message> encode(const Report& report, const Work& work, const search::Strategies& strategies,
                            const std::string& reply_to) {
  const search::Strategy* strategy = strategies.find(work.strategy);
  ROBIN_ASSERT(strategy != nullptr, "work names a strategy that exists");
  struct Encoder {
    const Report& report;
    const Work& work;
    const search::Strategy& strategy;
    json operator()(const Started&) const { return report_object("started", report, work, strategy); }
    json operator()(const Query&) const { return report_object("query", report, work, strategy); }
    json operator()(const WorkResult& result) const {
      json object = report_object("result", report, work, strategy);
      add_result(object, result, work);
      return object;
    }
    json operator()(const Partial& partial) const {
      json object = report_object("partial", report, work, strategy);
      object["cut"] = strategy.text(partial.cut);
      if (partial.prefix) {
        add_result(object, *partial.prefix, work);
      }
      return object;
    }
    json operator()(const Part&) const {
      ROBIN_ASSERT(false, "parts are cut here, not asked for");
      return {};
    }
    json operator()(const Failed& failed) const {
      json object = report_object("failed", report, work, strategy);
      object["error_class"] = printable(failed.error_class.substr(0, name_length_max));
      object["message"] = printable(failed.message.substr(0, error_length_max));
      return object;
    }
  };
  // An error's text may hold anything; what is not UTF-8 is replaced.
  const json object = std::visit(Encoder{report, work, *strategy}, report.content);
  std::string whole = object.dump(-1, ' ', false, json::error_handler_t::replace);
  if (whole.size() >= part_bytes) {
    return in_parts(whole, report, work, *strategy, reply_to);
  }
  std::string id = name_of(object["type"].get<std::string>(), report.key);
  return {{std::move(id), std::move(whole), reply_to}};
}

namespace {

math::Parsed<Report> read_report(JsonReader& reader, const search::Strategies& strategies) {
  const std::string type = reader.text("type", name_length_max);
  Report report{read_key(reader), read_attempt(reader), reader.text("worker", name_length_max), {}, {}};
  const search::Strategy* strategy = read_strategy(reader, strategies);
  report.block = read_block(reader, strategy);
  if (type == "started") {
    report.content = Started{};
  } else if (type == "query") {
    report.content = Query{};
  } else if (type == "failed") {
    report.content = Failed{reader.text("error_class", name_length_max), reader.text("message", error_length_max)};
  } else if (type == "part") {
    const std::uint64_t parts = reader.number("parts", 1, parts_max);
    const std::uint64_t part = reader.number("part", 0, parts - 1);
    report.content = Part{read_digest(reader, "digest_of_whole"), static_cast<std::uint32_t>(part),
                          static_cast<std::uint32_t>(parts), reader.text("text", part_bytes)};
  } else if (type == "result") {
    report.content = read_result(reader, report.block, strategy);
  } else if (type == "partial") {
    report.content = read_partial(reader, report.block, strategy);
  } else {
    reader.fail("type", "must be started, query, result, part, partial or failed");
  }
  if (!reader.is_good()) {
    return math::Refusal{reader.reason()};
  }
  return report;
}

math::Parsed<Reply> read_reply(JsonReader& reader) {
  Reply reply{read_key(reader), read_attempt(reader), reader.text("type", name_length_max),
              static_cast<std::uint32_t>(reader.number("part", 0, parts_max)), reader.flag("bundles")};
  constexpr std::array<std::string_view, 5> words = {"saved", "part", "go", "unknown", "refused"};
  if (std::find(words.begin(), words.end(), reply.word) == words.end()) {
    reader.fail("type", "must be saved, part, go, unknown or refused");
  }
  if (!reader.is_good()) {
    return math::Refusal{reader.reason()};
  }
  return reply;
}

/// `read` reads one of them.
template <class One, class Read>
math::Parsed<std::vector<One>> read_one_or_bundle(std::string_view body, Read read) {
  JsonReader reader(body, wire_version);
  if (reader.text("type", name_length_max) != bundle_type) {
    auto one = read(reader);
    if (auto* accepted = std::get_if<One>(&one)) {
      return std::vector<One>{std::move(*accepted)};
    }
    return std::get<math::Refusal>(std::move(one));
  }
  auto messages = reader.messages("list", bundle_length_max);
  if (!reader.is_good()) {
    return math::Refusal{reader.reason()};
  }
  std::vector<One> list;
  list.reserve(messages.size());
  for (auto& message : messages) {
    JsonReader inner(std::move(message), wire_version);
    auto one = read(inner);
    if (auto* accepted = std::get_if<One>(&one)) {
      list.push_back(std::move(*accepted));
    } else {
      return math::Refusal{"message " + std::to_string(list.size()) + " of the bundle: " + math::refusal_reason(one)};
    }
  }
  return list;
}

}  // namespace

math::Parsed<Report> decode_report(std::string_view body, const search::Strategies& strategies) {
  JsonReader reader(body, wire_version);
  return read_report(reader, strategies);
}

math::Parsed<std::vector<Report>> decode_reports(std::string_view body, const search::Strategies& strategies) {
  return read_one_or_bundle<Report>(body, [&](JsonReader& reader) { return read_report(reader, strategies); });
}

Message encode(const Reply& reply) {
  json object = header(reply.word, reply.key, reply.attempt);
  object["part"] = reply.part;
  object["bundles"] = reply.reads_bundles;
  return {name_of(reply.word, reply.key), object.dump(), {}};
}

math::Parsed<Reply> decode_reply(std::string_view body) {
  JsonReader reader(body, wire_version);
  return read_reply(reader);
}

math::Parsed<std::vector<Reply>> decode_replies(std::string_view body) {
  return read_one_or_bundle<Reply>(body, read_reply);
}

Message bundle(std::span<const Message> messages) {
  ROBIN_ASSERT(!messages.empty() && messages.size() <= bundle_length_max, "a bundle has its bounds");
  if (messages.size() == 1) {
    return messages.front();
  }
  // Bodies are JSON already: parsing them to write them again would be half of the work of a bundle.
  std::string body = R"({"v":)" + std::to_string(wire_version) + R"(,"type":")" + bundle_type + R"(","list":[)";
  for (const Message& message : messages) {
    body += message.body;
    body += ',';
  }
  body.back() = ']';
  body += '}';
  return {messages.front().id + "+" + std::to_string(messages.size() - 1), std::move(body), messages.front().reply_to};
}

}  // namespace robin::flow
