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
  /// Where the built page lies; if it is not there, / says how to get it.
  std::string page_folder;
  std::size_t threads = 16;
  std::size_t body_bytes_max = 64 * 1024;
  std::chrono::seconds patience{5};
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
