#pragma once

// Parameters: the query of a request, read at the door: each parameter has a type and bounds, and one that nobody asked
// for is an error too, since it is most likely a slip of the pen. Used by one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/bad_request.hpp"
#include "flow/ports/block_state.hpp"

namespace robin::api {

class Parameters {
 public:
  explicit Parameters(const std::map<std::string, std::string>& query) : query_(query) {}

  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t fallback, std::uint64_t min,
                                     std::uint64_t max);
  [[nodiscard]] std::optional<std::uint64_t> number_if_given(const std::string& name, std::uint64_t min,
                                                             std::uint64_t max);
  [[nodiscard]] std::optional<std::int64_t> id(const std::string& name);
  [[nodiscard]] std::optional<std::string> text(const std::string& name, std::size_t length_max);
  /// The states in a list such as pending,queued, in any case.
  [[nodiscard]] std::vector<flow::BlockState> states(const std::string& name);

  /// Throws BadRequest if the request has a parameter that nobody read.
  void expect_no_others() const;

 private:
  const std::string* find(const std::string& name);

  const std::map<std::string, std::string>& query_;
  std::set<std::string> read_;
};

/// The number that an id in a path or an order is. Throws BadRequest.
[[nodiscard]] std::int64_t id_from(const std::string& text);

}  // namespace robin::api
