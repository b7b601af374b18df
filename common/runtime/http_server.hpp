#pragma once

// HttpServer: HTTP/1.1 on one port, by GNU libmicrohttpd, with all that a client can make us keep bounded before it is
// kept. What bounds what:
// - the head of a request: the memory of its connection (the library answers 431, or 414 for its first line);
// - a body: it comes only with its length (Transfer-Encoding, or no length: 411), no longer than is allowed (413), with
//   a method that is taken (405). Of what is refused nothing is kept: up to 1 MiB is thrown away before the answer, so
//   that the client has an ear for it; anything else is not read, and its connection ends with the answer;
// - the connections: their number; more wait in the kernel. A slow client holds a connection, no thread;
// - answers that their clients do not fetch: their bytes in all; while there are more, who asks is told so (503);
// - silence in the middle of a request or an answer, or between two: `patience`, by the library;
// - the time in which a request must be there whole, counted from the begin of its connection or from the end of the
//   answer before: four times `patience`. The library knows only silence, so we look once a second for those who drip.
//   An answer has the same time, and a second more for each 16 KiB.
// What the library refuses by itself (a head that is none: 400; 413 for a length that no integer holds; 414; 431; 505)
// is answered with a page of its own, and who is too late with nothing.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace robin::runtime {

struct HttpRequest {
  std::string method;
  /// The path, decoded, without what follows a question mark. It may hold any bytes; a zero byte ends it.
  std::string path;
  /// The parameters, decoded: any bytes. Of several with one name the last.
  std::map<std::string, std::string> query = {};
  /// The headers by their names in lowercase. The values of several with one name are joined with commas.
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  /// The client's address.
  std::string from = {};

  /// The value of a header; empty if the request has none. `name` is in lowercase.
  [[nodiscard]] std::string header(const std::string& name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::map<std::string, std::string> headers = {};
};

struct HttpServerOptions {
  /// HOST:PORT, an IPv6 host in brackets; port 0 takes any that is free.
  std::string address;
  /// What `address` is called in the message that says that it cannot be listened on.
  std::string name_of_address = "address";
  /// The methods that are taken; others are answered with 405.
  std::vector<std::string> methods = {"GET", "HEAD"};
  /// How many requests are answered at the same time.
  std::size_t threads = 2;
  /// How many connections may be open. The default leaves room below the 1024 files that a process may have open.
  std::size_t connections_max = 512;
  /// Memory of a connection, for the heads of a request and of its answer.
  std::size_t connection_bytes_max = std::size_t{32} * 1024;
  std::size_t body_bytes_max = 0;
  std::size_t answers_bytes_max = std::size_t{64} << 20U;
  std::chrono::seconds patience{3};
};

class HttpServer {
 public:
  /// Called by any of its threads; what it throws is answered with 500.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  /// Makes the answer to what was refused before anybody was asked: a status and a line that says why.
  using Refusal = std::function<HttpResponse(int status, const std::string& why)>;

  /// Listens from now on, until its destruction, which waits for the answers that are being made and for nothing else.
  /// Throws Error: the address cannot be read or is taken.
  HttpServer(HttpServerOptions options, Handler handler, Refusal refusal = plain_refusal);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const noexcept;
  [[nodiscard]] static HttpResponse plain_refusal(int status, const std::string& why);

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// The version of GNU libmicrohttpd, such as 0.9.75.
[[nodiscard]] std::string microhttpd_version();

}  // namespace robin::runtime
