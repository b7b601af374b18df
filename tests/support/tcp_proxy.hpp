#pragma once

// TcpProxy: stands between a client and a server on loopback and goes silent in one direction when told to, or breaks,
// without a word to either side, as a broken network does. One thread of its own; its functions may be called from any.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace robin::testing_support {

/// The port of an address scheme://user:password@host:port/path.
[[nodiscard]] std::uint16_t port_of(const std::string& url);
/// The same address with another port.
[[nodiscard]] std::string by_port(std::string url, std::uint16_t port);

class TcpProxy {
 public:
  enum class Direction { ToServer, ToClient };
  /// What the proxy says before it passes anything on: nothing, or, to whoever asks for TLS as PostgreSQL's clients do,
  /// that TLS may begin.
  enum class Prologue { None, PostgresTls };

  /// Listens on a free port of 127.0.0.1 and passes every connection on to `server_port` there.
  explicit TcpProxy(std::uint16_t server_port, Prologue prologue = Prologue::None);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// While held, nothing passes in this direction: bytes wait where they are.
  void hold(Direction direction, bool held = true);
  /// Bytes that went to the server so far.
  [[nodiscard]] std::int64_t passed_to_server() const { return passed_to_server_; }
  /// Connections that came so far.
  [[nodiscard]] int accepted() const { return accepted_; }
  /// Breaks all connections; new ones may come.
  void cut() { is_cut_ = true; }
  /// Once `bytes` more bytes went to the client, breaks the connection that would carry the next; the connection after
  /// it is whole.
  void cut_after(std::int64_t bytes) { left_to_client_ = bytes; }

 private:
  void run(const std::stop_token& stop);

  std::uint16_t server_port_;
  Prologue prologue_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> to_server_held_ = false;
  std::atomic<bool> to_client_held_ = false;
  std::atomic<bool> is_cut_ = false;
  std::atomic<std::int64_t> passed_to_server_ = 0;
  std::atomic<int> accepted_ = 0;
  /// Bytes that still may pass; negative: no limit.
  std::atomic<std::int64_t> left_to_client_ = -1;
  std::jthread thread_;
};

}  // namespace robin::testing_support
