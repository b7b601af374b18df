#include "adapters/sql/rows.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "math/integer.hpp"
#include "runtime/error.hpp"

namespace robin::adapters {
namespace {

constexpr const char* advice = " (it was changed: restore it from a backup, or name another)";

template <class Integer>
bool read_integer(std::string_view text, Integer& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

template <class Strings>
bool read_strings(std::string_view text, Strings& value) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  try {
    value = json.get<Strings>();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

template <class Value, class Parsed>
bool take(Value& value, const Parsed& parsed) {
  if (parsed) {
    value = *parsed;
  }
  return parsed.has_value();
}

}  // namespace

bool read_cell(std::string_view text, std::int64_t& value) { return read_integer(text, value); }
bool read_cell(std::string_view text, std::uint64_t& value) { return read_integer(text, value); }
bool read_cell(std::string_view text, std::uint32_t& value) { return read_integer(text, value); }
bool read_cell(std::string_view text, double& value) {
  const std::string copy(text);
  char* end = nullptr;
  value = std::strtod(copy.c_str(), &end);
  return !copy.empty() && end == copy.c_str() + copy.size();
}
bool read_cell(std::string_view text, bool& value) {
  value = text == "t" || text == "1";
  return value || text == "f" || text == "0";
}
bool read_cell(std::string_view text, std::string& value) {
  value = text;
  return true;
}
bool read_cell(std::string_view text, core::uint128& value) {
  const auto integer = math::Integer::from_decimal(text);
  return take(value, integer ? integer->to_uint128() : std::nullopt);
}
bool read_cell(std::string_view text, search::Position& value) { return read_cell(text, value.ordinal); }
bool read_cell(std::string_view text, flow::BlockId& value) { return read_integer(text, value.value); }
bool read_cell(std::string_view text, flow::SearchId& value) { return read_integer(text, value.value); }
bool read_cell(std::string_view text, flow::Attempt& value) { return read_integer(text, value.value); }
bool read_cell(std::string_view text, flow::Epoch& value) { return read_integer(text, value.value); }
bool read_cell(std::string_view text, flow::BlockState& value) { return take(value, flow::block_state_from(text)); }
bool read_cell(std::string_view text, flow::RunState& value) { return take(value, flow::run_state_from(text)); }
bool read_cell(std::string_view text, flow::ControlState& value) { return take(value, flow::control_state_from(text)); }
bool read_cell(std::string_view text, flow::Purpose& value) { return take(value, flow::purpose_from(text)); }
bool read_cell(std::string_view text, std::map<std::string, std::string>& value) { return read_strings(text, value); }
bool read_cell(std::string_view text, std::vector<std::string>& value) { return read_strings(text, value); }
bool read_cell(std::string_view text, std::vector<flow::BlockId>& value) {
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    value.emplace_back();
    if (!read_cell(word, value.back())) {
      return false;
    }
  }
  return true;
}

std::optional<std::string_view> SqlRow::cell(const char* name) const {
  const auto& columns = cells_.columns();
  // SQLite says names as the schema has them, in which a stranger may have written them otherwise.
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) {
    refuse("value", name);
  }
  return cells_.cell(row_, static_cast<std::size_t>(found - columns.begin()));
}

void SqlRow::refuse(const char* what, const char* name) const {
  throw runtime::Error(cells_.place() + ": holds no " + what + " in the column " + name + advice);
}

search::Block SqlRow::range() const { return {get<search::Position>("begin_at"), get<search::Position>("end_at")}; }

flow::WorkKey SqlRow::key() const {
  return {get<flow::BlockId>("block_id"), get<flow::Purpose>("purpose"), get<std::uint32_t>("run")};
}

search::Parameters SqlRow::parameters() const {
  const auto mode = search::mode_from(text("mode"));
  const auto threshold = math::Decimal::parse(text("threshold"));
  const auto kind = search::digest_kind_from(text("digest_kind"));
  if (!mode || core::accepted(threshold) == nullptr || !kind) {
    const char* const column = !mode ? "mode" : !kind ? "digest_kind" : "threshold";
    refuse(column, column);
  }
  return {*mode, *core::accepted(threshold), *kind};
}

search::Witness SqlRow::witness() const { return {text("factorization"), text("ratio_lo"), text("ratio_hi")}; }

SqlRow SqlRows::one() const {
  if (count() != 1) {
    throw runtime::Error(cells_->place() + ": holds " + std::to_string(count()) + " rows where one belongs" + advice);
  }
  return *begin();
}

}  // namespace robin::adapters
