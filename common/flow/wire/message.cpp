#include "flow/wire/message.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/contract.hpp"
#include "flow/wire/json_reader.hpp"
#include "runtime/plain_text.hpp"
#include "search/sha256.hpp"

namespace robin::flow {
namespace {

using nlohmann::json;

/// In the order of ReplyWord.
constexpr std::array<std::string_view, 5> reply_words = {"saved", "part", "go", "unknown", "refused"};

json header(std::string_view type, const WorkKey& key, Attempt attempt, const Provenance& provenance) {
  json object = {{"v", wire_version},        {"type", type},
                 {"block", key.block.value}, {"purpose", text(key.purpose)},
                 {"run", key.run},           {"attempt", attempt.value}};
  if (!provenance.ledger.empty()) {
    object["ledger"] = provenance.ledger;
  }
  if (!provenance.search.empty()) {
    object["search_digest"] = provenance.search;
  }
  return object;
}

/// A service of the version before names neither.
Provenance read_provenance(JsonReader& reader) {
  auto ledger = reader.text_or_empty("ledger", bounds::name_bytes);
  return {std::move(ledger), reader.text_or_empty("search_digest", bounds::name_bytes)};
}

WorkKey read_key(JsonReader& reader) {
  const BlockId block{static_cast<std::int64_t>(reader.number("block", 1, bounds::id))};
  const auto purpose = purpose_from(reader.text("purpose", bounds::name_bytes));
  if (!purpose) {
    reader.fail("purpose", "must be search, check:N or refine:N");
  }
  return {block, purpose.value_or(Purpose()), static_cast<std::uint32_t>(reader.number("run", 1, bounds::attempts))};
}

Attempt read_attempt(JsonReader& reader) {
  return {static_cast<std::uint32_t>(reader.number("attempt", 1, bounds::attempts))};
}

std::string name_of(std::string_view type, const WorkKey& key) {
  return std::string(type) + "/" + std::to_string(key.block.value) + "/" + text(key.purpose) + "/" +
         std::to_string(key.run);
}

const search::Strategy* read_strategy(JsonReader& reader, const search::Strategies& strategies) {
  const std::string name = reader.text("strategy", bounds::name_bytes);
  const search::Strategy* strategy = strategies.find(name);
  if (strategy == nullptr) {
    reader.fail("strategy", "is none of " + strategies.names());
  }
  return reader.is_good() ? strategy : nullptr;
}

search::Position read_position(JsonReader& reader, const char* field, const search::Strategy* strategy) {
  const std::string text = reader.text(field, bounds::position_bytes);
  if (strategy == nullptr || !reader.is_good()) {
    return {0};
  }
  const auto parsed = strategy->parse(text);
  const auto* position = core::accepted(parsed);
  if (position == nullptr) {
    reader.fail(field, core::refusal_reason(parsed));
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
  const auto kind = search::digest_kind_from(reader.text("digest_kind", bounds::name_bytes));
  if (!kind) {
    reader.fail("digest_kind", "must be exact or original");
  }
  return kind.value_or(search::DigestKind::Exact);
}

std::optional<search::Parameters> read_parameters(JsonReader& reader) {
  const auto mode = search::mode_from(reader.text("mode", bounds::name_bytes));
  if (!mode) {
    reader.fail("mode", "must be complete, pruned or exact");
  }
  const auto threshold = math::Decimal::parse(reader.text("threshold", bounds::name_bytes));
  if (core::accepted(threshold) == nullptr) {
    reader.fail("threshold", core::refusal_reason(threshold));
  }
  const auto kind = read_digest_kind(reader);
  if (!reader.is_good()) {
    return std::nullopt;
  }
  return search::Parameters{*mode, *core::accepted(threshold), kind};
}

std::string read_digest(JsonReader& reader, const char* field) {
  std::string digest = reader.text(field, bounds::name_bytes);
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

WorkResult read_result(JsonReader& reader, const search::Block& block, const search::Strategy* strategy,
                       bounds::Result most) {
  WorkResult result{{block, {}, {}}, 0};
  auto& findings = result.result.findings;
  findings.candidates = reader.wide_number("candidates");
  if (reader.is_good() && findings.candidates / bounds::candidates_at_a_position > block.length()) {
    reader.fail("candidates", "are too many for this range");
  }
  findings.violations = reader.witnesses("violations", bounds::claims);
  findings.witnesses = reader.witnesses("witnesses", most.witnesses);
  findings.undecided = reader.witnesses("undecided", bounds::claims);
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

Partial read_partial(JsonReader& reader, const search::Block& block, const search::Strategy* strategy,
                     bounds::Result most) {
  Partial partial{read_position(reader, "cut", strategy), std::nullopt};
  if (reader.is_good() && (partial.cut < block.begin || block.end <= partial.cut)) {
    reader.fail("cut", "must lie in the range, before its end");
  }
  if (reader.is_good() && block.begin < partial.cut) {
    partial.prefix = read_result(reader, {block.begin, partial.cut}, strategy, most);
  }
  return partial;
}

json report_object(std::string_view type, const Report& report, const Work& work, const search::Strategy& strategy) {
  json object = header(type, report.key, report.attempt, report.provenance);
  object["worker"] = report.worker;
  object["bundles"] = report.reads_bundles;
  object["strategy"] = work.strategy;
  object["begin"] = strategy.text(report.block.begin);
  object["end"] = strategy.text(report.block.end);
  return object;
}

std::vector<Message> in_parts(const std::string& whole, const Report& report, const Work& work,
                              const search::Strategy& strategy, const std::string& reply_to) {
  const std::string digest = search::Sha256::hex_of(whole);
  const std::size_t parts = (whole.size() + bounds::part_bytes - 1) / bounds::part_bytes;
  std::vector<Message> messages;
  for (std::size_t part = 0; part < parts; ++part) {
    json object = report_object("part", report, work, strategy);
    object["digest_of_whole"] = digest;
    object["part"] = part;
    object["parts"] = parts;
    object["text"] = whole.substr(part * bounds::part_bytes, bounds::part_bytes);
    messages.push_back(
        {name_of("part", report.key) + "/" + digest + "/" + std::to_string(part), object.dump(), reply_to});
  }
  return messages;
}

}  // namespace

Message encode(const Work& work, const search::Strategies& strategies) {
  const search::Strategy* strategy = strategies.find(work.strategy);
  ROBIN_ASSERT(strategy != nullptr, "work names a strategy that exists");
  json object = header("block", work.key, work.attempt, work.provenance);
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

core::Parsed<Work> decode_work(std::string_view body, const search::Strategies& strategies) {
  JsonReader reader(body, wire_version);
  if (reader.text("type", bounds::name_bytes) != "block") {
    reader.fail("type", "must be block");
  }
  const WorkKey key = read_key(reader);
  const Attempt attempt = read_attempt(reader);
  auto provenance = read_provenance(reader);
  const SearchId search{static_cast<std::int64_t>(reader.number("search", 1, bounds::id))};
  const search::Strategy* strategy = read_strategy(reader, strategies);
  const search::Block block = read_block(reader, strategy);
  const auto parameters = read_parameters(reader);
  auto avoid = reader.list("avoid", bounds::avoided_workers, bounds::name_bytes);
  auto origin = reader.texts("origin");
  if (!reader.is_good()) {
    return core::Refusal{reader.reason()};
  }
  auto refusal = search::refuse_block(*strategy, block, *parameters);
  if (!refusal && key.purpose.kind == Purpose::Kind::Refine) {
    refusal = strategy->refuse_refinement(block, origin);
  }
  if (refusal) {
    return *refusal;
  }
  return Work{key,   search,           attempt,           std::string(strategy->name()), *parameters,
              block, std::move(avoid), std::move(origin), std::move(provenance)};
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
      object["error_class"] = runtime::blank_for_control(failed.error_class.substr(0, bounds::name_bytes));
      object["message"] = runtime::blank_for_control(failed.message.substr(0, bounds::error_bytes));
      return object;
    }
  };
  // An error's text may hold anything; what is not UTF-8 is replaced.
  const json object = std::visit(Encoder{report, work, *strategy}, report.content);
  std::string whole = object.dump(-1, ' ', false, json::error_handler_t::replace);
  if (whole.size() >= bounds::part_bytes) {
    return in_parts(whole, report, work, *strategy, reply_to);
  }
  std::string id = name_of(object["type"].get<std::string>(), report.key);
  return {{std::move(id), std::move(whole), reply_to}};
}

core::Parsed<Report> decode_report(std::string_view body, const search::Strategies& strategies, bounds::Result most) {
  JsonReader reader(body, wire_version);
  const std::string type = reader.text("type", bounds::name_bytes);
  Report report{read_key(reader), read_attempt(reader), reader.text("worker", bounds::name_bytes), {}, {}};
  report.provenance = read_provenance(reader);
  report.reads_bundles = reader.flag("bundles");
  if (reader.is_good() && report.worker.empty()) {
    reader.fail("worker", "must not be empty");
  }
  const search::Strategy* strategy = read_strategy(reader, strategies);
  report.block = read_block(reader, strategy);
  if (type == "started") {
    report.content = Started{};
  } else if (type == "query") {
    report.content = Query{};
  } else if (type == "failed") {
    report.content =
        Failed{reader.text("error_class", bounds::name_bytes), reader.text("message", bounds::error_bytes)};
  } else if (type == "part") {
    const std::uint64_t parts = reader.number("parts", 1, bounds::parts);
    const std::uint64_t part = reader.number("part", 0, parts - 1);
    report.content = Part{read_digest(reader, "digest_of_whole"), static_cast<std::uint32_t>(part),
                          static_cast<std::uint32_t>(parts), reader.text("text", bounds::part_bytes_read)};
  } else if (type == "result") {
    report.content = read_result(reader, report.block, strategy, most);
  } else if (type == "partial") {
    report.content = read_partial(reader, report.block, strategy, most);
  } else {
    reader.fail("type", "must be started, query, result, part, partial or failed");
  }
  if (!reader.is_good()) {
    return core::Refusal{reader.reason()};
  }
  return report;
}

std::string_view text(ReplyWord word) { return reply_words.at(static_cast<std::size_t>(word)); }

Message encode(const Reply& reply) {
  json object = header(text(reply.word), reply.key, reply.attempt, reply.provenance);
  object["part"] = reply.part;
  object["bundles"] = reply.reads_bundles;
  return {name_of(text(reply.word), reply.key), object.dump(), {}};
}

core::Parsed<Reply> decode_reply(std::string_view body) {
  JsonReader reader(body, wire_version);
  const auto word = std::find(reply_words.begin(), reply_words.end(), reader.text("type", bounds::name_bytes));
  if (word == reply_words.end()) {
    reader.fail("type", "must be saved, part, go, unknown or refused");
  }
  const Reply reply{read_key(reader),
                    read_attempt(reader),
                    static_cast<ReplyWord>(word - reply_words.begin()),
                    static_cast<std::uint32_t>(reader.number("part", 0, bounds::parts)),
                    reader.flag("bundles"),
                    read_provenance(reader)};
  if (!reader.is_good()) {
    return core::Refusal{reader.reason()};
  }
  return reply;
}

}  // namespace robin::flow
