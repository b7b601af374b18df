#include "cli/certified_margins.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/sqlite/store.hpp"
#include "api/certificate_document.hpp"
#include "core/contract.hpp"
#include "flow/rules/fold.hpp"
#include "horizon/reach.hpp"
#include "math/number_text.hpp"
#include "runtime/text_file.hpp"

namespace robin::cli {
namespace {

using horizon::Arithmetic;
using math::Integer;
using math::Interval;

/// A certificate of a hundred thousand blocks is far smaller.
constexpr std::size_t margins_bytes_max = std::size_t{1} << 30U;

[[noreturn]] void refuse_file(const std::string& path, const std::string& reason) {
  throw CLI::ValidationError("--from", path + ": " + reason);
}

bool is_store(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return false;
  }
  std::array<char, magic.size()> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return std::string_view(begin.data(), begin.size()) == magic;
}

Interval known_decimal(const std::string& path, const std::string& field, const std::string& text,
                       const Arithmetic& at) {
  const auto parsed = read_decimal(text, at);
  const auto* value = core::accepted(parsed);
  if (value == nullptr) {
    refuse_file(
        path, field + " " + core::refusal_reason(parsed) + " (name what robin certificate wrote, by --out or -o json)");
  }
  return *value;
}

/// Folds the blocks of a file one after the other and keeps what each certifies.
class Margins {
 public:
  Margins(std::string path, const search::Strategy& strategy, const Arithmetic& at)
      : path_(std::move(path)), strategy_(strategy), margins_(strategy, at) {
    auto begun = strategy.certifier({});
    certifier_ = std::move(*std::get_if<std::unique_ptr<search::Certifier>>(&begun));
  }

  void take(const flow::FinishedBlock& block) {
    if (const auto objection = certifier_->advance(block.block, block.candidates, block.extras)) {
      refuse_file(path_, name_of(strategy_, block.block) + " is not certified: " + objection->reason +
                             " (robin verify tells more)");
    }
    margins_.take(block.block, *certifier_);
  }

  [[nodiscard]] const std::vector<CertifiedMargin>& taken() const { return margins_.all(); }

 private:
  std::string path_;
  const search::Strategy& strategy_;
  std::unique_ptr<search::Certifier> certifier_;
  MarginsOfBlocks margins_;
};

std::vector<CertifiedMargin> margins_of_store(const std::string& path, const search::Strategies& strategies,
                                              const Arithmetic& at) {
  const auto store = adapters::open_sqlite_store(path, strategies, {.must_exist = true});
  std::optional<flow::SearchRecord> chosen;
  for (const auto& record : store->reader().searches()) {
    const auto* strategy = strategies.find(record.spec.strategy);
    if (strategy != nullptr && is_about_robin(*strategy) &&
        (!chosen || chosen->spec.range.end < record.spec.range.end)) {
      chosen = record;
    }
  }
  if (!chosen) {
    refuse_file(path, std::string("holds no search that certifies ") + horizon::inequality + " (robin run makes one)");
  }
  Margins margins(path, *strategies.find(chosen->spec.strategy), at);
  flow::Fold fold(*chosen);
  fold.advance(store->reader(), [&](const flow::FinishedBlock& block) { margins.take(block); });
  return margins.taken();
}

std::vector<CertifiedMargin> margins_of_document(const std::string& path, const api::CertificateDocument& document,
                                                 const Arithmetic& at) {
  if (!is_about_robin(*document.strategy)) {
    refuse_file(path, "format is that of " + std::string(document.strategy->description().inequality) +
                          ", and the horizon is about " + horizon::inequality);
  }
  if (!document.is_intact) {
    refuse_file(path, "sha256 is another: the file was changed after it was written (robin verify tells more)");
  }
  Margins margins(path, *document.strategy, at);
  for (const auto& block : document.blocks) {
    margins.take(block);
  }
  return margins.taken();
}

/// One margin for all blocks together.
std::vector<CertifiedMargin> margins_of_totals(const std::string& path, const std::string& text, const Arithmetic& at) {
  const nlohmann::json whole = nlohmann::json::parse(text, nullptr, false);
  const nlohmann::json totals = whole.is_object() && whole.contains("certificate") ? whole["certificate"] : whole;
  if (!totals.is_object() || !totals.contains("largest_position")) {
    refuse_file(path, "is no certificate (name what robin certificate wrote, by --out or -o json, or a store)");
  }
  const auto field = [&](const char* name) {
    return totals.contains(name) && totals[name].is_string() ? totals[name].get<std::string>() : std::string();
  };
  if (totals.value("holds", nlohmann::json()) != true) {
    refuse_file(path, "holds is not true: it certifies nothing");
  }
  return {{"all blocks below " + field("largest_position"), at.zero(),
           known_decimal(path, "log_n_hi", field("log_n_hi"), at),
           known_decimal(path, "min_log_margin", field("min_log_margin"), at)}};
}

}  // namespace

core::Parsed<Interval> read_decimal(const std::string& text, const Arithmetic& at) {
  constexpr std::size_t length_max = 1000;
  constexpr std::size_t exponent_digits_max = 3;
  const auto bad = [] { return core::Refusal{"is no decimal such as 12, 0.5 or 1.2e6"}; };
  if (text.size() > length_max) {
    return core::Refusal{"is longer than " + std::to_string(length_max) + " characters"};
  }
  const auto e = std::min(text.find('e'), text.size());
  const std::string mantissa = text.substr(0, e);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const std::string fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
  const auto digits = Integer::from_decimal(mantissa.substr(0, point) + fraction);
  if (!digits || point == 0 || (point < mantissa.size() && fraction.empty())) {
    return bad();
  }
  std::uint64_t exponent = 0;
  if (e < text.size()) {
    const auto read = Integer::from_decimal(text.substr(e + 1));
    if (!read || text.size() - e - 1 > exponent_digits_max) {
      return bad();
    }
    exponent = read->to_uint64();
  }
  return at.ratio(*digits * Integer::power(10, exponent), Integer::power(10, fraction.size()));
}

bool is_about_robin(const search::Strategy& strategy) {
  return !strategy.certificate_format().empty() && strategy.description().inequality == horizon::inequality;
}

std::string name_of(const search::Strategy& strategy, const search::Block& block) {
  return "block [" + strategy.text(block.begin) + ", " + strategy.text(block.end) + ")";
}

MarginsOfBlocks::MarginsOfBlocks(const search::Strategy& strategy, const Arithmetic& at)
    : strategy_(strategy), at_(at), log_n_(at.zero()) {}

void MarginsOfBlocks::take(const search::Block& block, const search::Certifier& certifier) {
  const auto written = [this](const std::string& text) {
    const auto parsed = read_decimal(text, at_);
    ROBIN_ASSERT(core::accepted(parsed) != nullptr, "a certifier writes decimals");
    return *core::accepted(parsed);
  };
  const auto state = certifier.state();
  const Interval end = written(certifier.proof().log_n_hi);
  if (const auto margin = state.find("block_margin"); margin != state.end()) {
    all_.push_back({name_of(strategy_, block), log_n_, end, written(margin->second)});
  }
  log_n_ = written(state.at("log_n"));
}

std::vector<CertifiedMargin> joined(const std::vector<CertifiedMargin>& all) {
  constexpr double end_by_begin = 1.125;
  std::vector<CertifiedMargin> found;
  std::string first;
  for (const auto& one : all) {
    if (found.empty() || one.log_n_to.upper_double() > end_by_begin * found.back().log_n_from.lower_double()) {
      found.push_back(one);
      first = one.name;
      continue;
    }
    auto& last = found.back();
    last.name = first + " to " + one.name;
    last.log_n_to = one.log_n_to;
    last.margin = Interval::min(last.margin, one.margin);
  }
  return found;
}

std::vector<CertifiedMargin> read_certified_margins(const std::string& path, const Arithmetic& at) {
  const search::Strategies strategies;
  if (is_store(path)) {
    return margins_of_store(path, strategies, at);
  }
  const std::string text = runtime::read_text_file(path, margins_bytes_max);
  const auto document = api::certificate_document(text, strategies);
  const auto* certificate = core::accepted(document);
  return certificate != nullptr ? margins_of_document(path, *certificate, at) : margins_of_totals(path, text, at);
}

}  // namespace robin::cli
