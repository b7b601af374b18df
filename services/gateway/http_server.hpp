#pragma once

// HttpServer: the gateway's socket: hands calls to the front, and files of the page to browsers. Sizes, times and
// threads are bounded. Starts listening with its construction and ends with its destruction.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gateway/front.hpp"

namespace robin::gateway {

struct HttpOptions {
  /// HOST:PORT; port 0 takes any that is free.
  std::string address;
  /// Names under which it answers (gateway/host_names.hpp), separated by spaces.
  std::string names;
  /// The folder of the built page. If it is not there, / says how to get it.
  std::string page_folder;
  /// How many connections may be open at once; others wait for their turn.
  std::size_t connections_max = 512;
  std::size_t body_bytes_max = std::size_t{64} * 1024;
  /// How long a client may be silent in the middle of a request.
  std::chrono::seconds patience{3};
};

class HttpServer {
 public:
  /// Throws runtime::Error: the address cannot be read or is taken.
  HttpServer(const HttpOptions& options, std::function<Answer(const Call&)> answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const noexcept;
  [[nodiscard]] bool has_page() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace robin::gateway
