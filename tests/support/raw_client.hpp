#pragma once

// RawClient: a connection to a port of this machine on which a test says what it likes.

#include <cstdint>
#include <string>
#include <string_view>

namespace robin::testing_support {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// The socket; it does not block, and poll() tells when bytes come and go.
  [[nodiscard]] int socket() const { return socket_; }
  /// Sends bytes. Returns false if they were not taken, because the other side has ended the connection or does not
  /// read.
  bool send(std::string_view bytes) const;
  /// Everything that came until the connection ended, or the test's patience did.
  [[nodiscard]] std::string received_to_its_end();
  /// Whether the other side has ended the connection.
  [[nodiscard]] bool has_ended();

 private:
  int socket_;
  std::string received_;
  bool has_ended_ = false;
};

}  // namespace robin::testing_support
