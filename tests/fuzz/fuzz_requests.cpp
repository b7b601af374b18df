// Requests to the API: METHOD path?name=value&... on the first line, the body after it. Whatever comes, there is an
// answer: a document, or a problem that says what is wrong.

#include <algorithm>

#include "adapters/sqlite/store.hpp"
#include "api/api.hpp"
#include "core/contract.hpp"

namespace {

using robin::api::Request;

/// What comes before the first `end`, which is taken away with it.
std::string taken(std::string_view& text, char end) {
  const std::size_t length = std::min(text.find(end), text.size());
  const std::string before(text.substr(0, length));
  text.remove_prefix(std::min(length + 1, text.size()));
  return before;
}

Request request_of(std::string_view text) {
  const std::string first = taken(text, '\n');
  Request request;
  request.body = std::string(text);
  std::string_view line = first;
  request.method = taken(line, ' ');
  request.path = "/api/v1/" + taken(line, '?');
  while (!line.empty()) {
    const std::string pair = taken(line, '&');
    std::string_view rest = pair;
    const std::string name = taken(rest, '=');
    request.query[name] = std::string(rest);
  }
  request.who = "a fuzzer";
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const robin::search::Strategies strategies;
  static std::unique_ptr<robin::flow::Store> store;
  static unsigned runs = 0;
  if (runs++ % 1000 == 0) {
    store = robin::adapters::open_sqlite_store(":memory:", strategies);
  }
  robin::api::Api api(*store, strategies, {});
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what texts are made of
  const auto response = api.handle(request_of({reinterpret_cast<const char*>(data), size}));
  ROBIN_ASSERT(response.body.is_object(), "every answer is one object");
  ROBIN_ASSERT(response.is_good() || response.body["status"] == response.status, "a problem tells its status");
  return 0;
}
