#pragma once

// Parameters: the query of a request, read at the door: each parameter has a type and bounds, and one that nobody asked
// for is an error too, since it is most likely a slip of the pen. Used by one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "flow/block_state.hpp"
#include "flow/ledger_views.hpp"

namespace robin::api {

/// Rows in one answer, at most.
inline constexpr std::uint64_t page_max = 1000;

/// What is wrong with a request, and with which part of it.
class BadRequest : public std::runtime_error {
 public:
  BadRequest(std::string field, const std::string& why) : std::runtime_error(why), field_(std::move(field)) {}
  [[nodiscard]] const std::string& field() const { return field_; }

 private:
  std::string field_;
};

class Parameters {
 public:
  explicit Parameters(const std::map<std::string, std::string>& query) : query_(query) {}

  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t fallback, std::uint64_t min,
                                     std::uint64_t max);
  [[nodiscard]] std::optional<std::int64_t> id(const std::string& name);
  [[nodiscard]] std::optional<std::string> text(const std::string& name, std::size_t length_max);
  /// pending,queued: in any case, with commas between.
  [[nodiscard]] std::vector<flow::BlockState> states(const std::string& name);

  /// Throws BadRequest for a parameter that was not read.
  void expect_no_others() const;

 private:
  const std::string* find(const std::string& name);

  const std::map<std::string, std::string>& query_;
  std::set<std::string> read_;
};

/// pending, QUEUED, ... in any case.
[[nodiscard]] std::optional<flow::BlockState> state_from(std::string_view text);

/// witness, violation, undecided or best.
[[nodiscard]] std::optional<flow::Finding> kind_from(std::string_view text);

}  // namespace robin::api
