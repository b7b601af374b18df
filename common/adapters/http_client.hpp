#pragma once

// http_exchange: one request by HTTP and its answer, by libcurl. Bounded in time and size. Any thread may call.

#include <cstddef>
#include <string>
#include <vector>

#include "core/deadline.hpp"

namespace robin::adapters {

struct HttpExchange {
  std::string method = "GET";
  std::string url;
  /// As they are sent: "Name: value".
  std::vector<std::string> headers = {};
  std::string body = {};
  /// The certificate authority that an https server must have; empty: those that the system believes.
  std::string ca_file = {};
  std::size_t answer_bytes_max = std::size_t{64} << 20U;
};

struct HttpReply {
  int status;
  std::string body;
};

/// Throws runtime::Error, Unreachable: nobody was there within seconds, nobody answered in time, or with more than was
/// allowed. No redirect is followed.
[[nodiscard]] HttpReply http_exchange(const HttpExchange& exchange, core::Deadline deadline);

/// The host and port of a URL: without user and password, fit to be shown.
[[nodiscard]] std::string place_of(const std::string& url);

/// A text as a part of a URL may hold it.
[[nodiscard]] std::string url_encoded(const std::string& text);

}  // namespace robin::adapters
