#include "support/tcp_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <stdexcept>
#include <vector>

#include "cluster/loopback.hpp"

namespace robin::testing_support {
namespace {

constexpr int look_interval_ms = 5;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// A send into it waits no longer than a look for who does not read.
  void bound_sends() const {
    const timeval patience{0, 1000L * look_interval_ms};
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }

 private:
  int descriptor_;
};

struct Pair {
  Pair(int client_side, int server_side) : client(client_side), server(server_side) {}
  Socket client;
  Socket server;
};

/// Passes on what is there, but no more than `left` bytes if that is not negative; false at the end of the stream or of
/// what is left.
bool pass(const Socket& from, const Socket& to, std::atomic<std::int64_t>& left, std::atomic<std::int64_t>& passed,
          const std::stop_token& stop) {
  std::array<char, 65536> buffer{};
  const std::int64_t most = left;
  const std::size_t room = most < 0 ? buffer.size() : std::min(buffer.size(), static_cast<std::size_t>(most));
  if (room == 0) {
    left = -1;
    return false;
  }
  const ssize_t got = recv(from.descriptor(), buffer.data(), room, 0);
  if (most >= 0 && got > 0) {
    left = most - got;
  }
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t step =
        send(to.descriptor(), buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
    if (step < 0 && errno == EAGAIN && !stop.stop_requested()) {
      continue;
    }
    if (step <= 0) {
      return false;
    }
    sent += step;
    passed += step;
  }
  return got > 0;
}

/// Takes PostgreSQL's request for TLS, which is no more than its length and its code, and grants it.
void grant_tls(int client) {
  const timeval patience{1, 0};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::array<char, 8> request{};
  if (recv(client, request.data(), request.size(), MSG_WAITALL) == static_cast<ssize_t>(request.size())) {
    send(client, "S", 1, MSG_NOSIGNAL);
  }
}

}  // namespace

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string by_port(std::string url, std::uint16_t port) {
  const std::size_t begin = url.rfind(':') + 1;
  return url.replace(begin, url.find('/', begin) - begin, std::to_string(port));
}

TcpProxy::TcpProxy(std::uint16_t server_port, Prologue prologue)
    : server_port_(server_port), prologue_(prologue), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const cluster::LoopbackAddress any_port;
  if (listener_ < 0 || bind(listener_, any_port.get(), cluster::LoopbackAddress::size()) != 0 ||
      listen(listener_, SOMAXCONN) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port_ = cluster::LoopbackAddress::port_of(listener_);
  if (port_ == 0) {
    throw std::runtime_error("the port that is listened on cannot be told");
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

TcpProxy::~TcpProxy() {
  thread_.request_stop();
  thread_.join();
  close(listener_);
}

void TcpProxy::hold(Direction direction, bool held) {
  (direction == Direction::ToServer ? to_server_held_ : to_client_held_) = held;
}

void TcpProxy::run(const std::stop_token& stop) {
  std::list<Pair> pairs;
  std::atomic<std::int64_t> unlimited = -1;
  std::atomic<std::int64_t> uncounted = 0;
  while (!stop.stop_requested()) {
    if (is_cut_.exchange(false)) {
      pairs.clear();
    }
    std::vector<pollfd> watched = {{listener_, POLLIN, 0}};
    for (const Pair& pair : pairs) {
      // A negative descriptor is not looked at.
      watched.push_back({to_server_held_ ? -1 : pair.client.descriptor(), POLLIN, 0});
      watched.push_back({to_client_held_ ? -1 : pair.server.descriptor(), POLLIN, 0});
    }
    if (poll(watched.data(), watched.size(), look_interval_ms) <= 0) {
      continue;
    }
    std::size_t at = 1;
    for (auto pair = pairs.begin(); pair != pairs.end(); at += 2) {
      // Held since it was watched: nothing passes after hold().
      const bool to_server = watched[at].revents != 0 && !to_server_held_;
      const bool to_client = watched[at + 1].revents != 0 && !to_client_held_;
      const bool open = (!to_server || pass(pair->client, pair->server, unlimited, passed_to_server_, stop)) &&
                        (!to_client || pass(pair->server, pair->client, left_to_client_, uncounted, stop));
      pair = open ? std::next(pair) : pairs.erase(pair);
    }
    if (watched.front().revents != 0) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (prologue_ == Prologue::PostgresTls) {
        grant_tls(client);
      }
      const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      pairs.emplace_back(client, server);
      const cluster::LoopbackAddress address(server_port_);
      if (connect(server, address.get(), cluster::LoopbackAddress::size()) != 0) {
        pairs.pop_back();
      } else {
        pairs.back().client.bound_sends();
        pairs.back().server.bound_sends();
      }
      ++accepted_;
    }
  }
}

}  // namespace robin::testing_support
