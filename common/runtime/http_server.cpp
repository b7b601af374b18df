#include "runtime/http_server.hpp"

#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "core/deadline.hpp"
#include "runtime/error.hpp"
#include "runtime/listen_address.hpp"
#include "runtime/plain_text.hpp"

namespace robin::runtime {
namespace {

using core::Deadline;

constexpr int whole_request = 4;
constexpr std::size_t answer_bytes_per_second = std::size_t{16} * 1024;
constexpr std::chrono::seconds between_looks{1};
constexpr std::size_t discarded_bytes_max = std::size_t{1} << 20U;

struct Refused {
  int status;
  std::string why;
};

/// One connection, and the request that is read or answered on it.
struct Client {
  int socket;
  std::string from;
  /// None while the answer is being made: that is our time, not its.
  std::optional<Deadline> deadline;
  HttpRequest request = {};
  std::optional<Refused> refused = {};
  bool is_asked = false;
  /// Stays until the library has sent it.
  std::optional<HttpResponse> response = {};
  /// Of that, once it is being sent.
  std::size_t answer_bytes = 0;
};

std::string lowercase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

std::string address_of(const sockaddr* address) {
  std::array<char, NI_MAXHOST> host{};
  const auto size = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  getnameinfo(address, static_cast<socklen_t>(size), host.data(), host.size(), nullptr, 0, NI_NUMERICHOST);
  return host.data();
}

/// Called by C, which knows no exceptions: whatever is thrown ends the connection.
template <typename Function>
MHD_Result without_exceptions(Function function) {
  try {
    return function();
  } catch (const std::exception&) {
    return MHD_NO;
  }
}

struct Values {
  std::function<void(std::string name, std::string_view value)> take;
  bool are_whole = true;
};

void for_each_value(MHD_Connection* connection, MHD_ValueKind kind, Values values) {
  const auto one = [](void* all, MHD_ValueKind /*kind*/, const char* name, std::size_t name_size, const char* value,
                      std::size_t value_size) {
    auto& of_all = *static_cast<Values*>(all);
    return without_exceptions([&] {
      of_all.are_whole = false;
      of_all.take({name, name_size}, {value == nullptr ? "" : value, value_size});
      of_all.are_whole = true;
      return MHD_YES;
    });
  };
  MHD_get_connection_values_n(connection, kind, one, &values);
  if (!values.are_whole) {
    throw std::bad_alloc();
  }
}

HttpRequest request_of(MHD_Connection* connection, const char* method, const char* path) {
  HttpRequest request{.method = method, .path = path};
  for_each_value(connection, MHD_GET_ARGUMENT_KIND, {[&request](const std::string& name, std::string_view value) {
                   if (!name.empty()) {
                     request.query[name] = value;
                   }
                 }});
  for_each_value(connection, MHD_HEADER_KIND, {[&request](const std::string& name, std::string_view value) {
                   std::string& all = request.headers[lowercase(name)];
                   all.append(all.empty() ? "" : ", ").append(value.substr(0, value.find_last_not_of(" \t") + 1));
                 }});
  return request;
}

/// What its head says already. The library has read the length: the first one, if there are several.
std::optional<Refused> refused(const HttpRequest& request, const HttpServerOptions& options) {
  const auto length = request.headers.find("content-length");
  const bool has_length = length != request.headers.end();
  if (has_length && length->second.find(',') != std::string::npos) {
    return Refused{400, "this Content-Length is no length"};
  }
  if (std::find(options.methods.begin(), options.methods.end(), request.method) == options.methods.end()) {
    return Refused{405, "only these are taken: " + joined(options.methods, ", ")};
  }
  if (request.headers.contains("transfer-encoding")) {
    return Refused{411, "a body is taken only with its Content-Length, not in pieces"};
  }
  if (!has_length && request.method != "GET" && request.method != "HEAD") {
    return Refused{411, "a body is taken only with its Content-Length"};
  }
  if (has_length && std::stoull(length->second) > options.body_bytes_max) {
    return Refused{413, "a body has " + std::to_string(options.body_bytes_max) + " bytes at most"};
  }
  return std::nullopt;
}

/// Whether the answer to a refused request waits until its body was thrown away. It ends the connection otherwise, and
/// a client that is still sending then may lose it.
bool discards_body(const HttpRequest& request, const Refused& refused) {
  const auto length = request.headers.find("content-length");
  return refused.status != 400 && length != request.headers.end() && !request.headers.contains("transfer-encoding") &&
         !request.headers.contains("expect") && std::stoull(length->second) <= discarded_bytes_max;
}

}  // namespace

class HttpServer::State {
 public:
  State(HttpServerOptions options, Handler handler, Refusal refusal)
      : options_(std::move(options)), handler_(std::move(handler)), refusal_(std::move(refusal)) {
    for (std::size_t i = 0; i < options_.threads; ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) { answer_all(stop); });
    }
    threads_.emplace_back([this](const std::stop_token& stop) { watch(stop); });
    listen();
    if (!daemon_) {
      throw Error("the " + options_.name_of_address + " " + options_.address +
                      " cannot be listened on (is it taken, or not of this machine?)",
                  Retry::No);
    }
  }
  ~State() {
    {
      const std::scoped_lock lock(mutex_);
      is_stopping_ = true;
    }
    for (auto& thread : threads_) {
      thread.request_stop();
    }
    // The library must not be stopped before every connection whose answer is waited for was given back to it.
    threads_.clear();
    daemon_.reset();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] int port() const { return MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_BIND_PORT)->port; }

 private:
  struct Stop {
    void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
  };
  struct Destroy {
    void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
  };

  void listen() {
    const ListenAddress address = listen_address(options_.address);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* first = nullptr;
    if (getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &first) != 0) {
      return;
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(first, &freeaddrinfo);
    std::array bounds = {
        MHD_OptionItem{MHD_OPTION_CONNECTION_LIMIT, static_cast<std::intptr_t>(options_.connections_max), nullptr},
        MHD_OptionItem{MHD_OPTION_CONNECTION_MEMORY_LIMIT, static_cast<std::intptr_t>(options_.connection_bytes_max),
                       nullptr},
        MHD_OptionItem{MHD_OPTION_CONNECTION_TIMEOUT, static_cast<std::intptr_t>(options_.patience.count()), nullptr},
        MHD_OptionItem{MHD_OPTION_END, 0, nullptr}};
    for (const addrinfo* one = first; one != nullptr && !daemon_; one = one->ai_next) {
      const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                             (one->ai_family == AF_INET6 ? MHD_USE_DUAL_STACK : MHD_NO_FLAG);
      // Strict: a head that can be read in two ways is refused, as a proxy before us may read it in the other.
      daemon_.reset(MHD_start_daemon(  // NOLINT(cppcoreguidelines-pro-type-vararg): as the library has it
          flags, 0, nullptr, nullptr, &on_request, this, MHD_OPTION_SOCK_ADDR, one->ai_addr,
          MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, &on_connection, this,
          MHD_OPTION_NOTIFY_COMPLETED, &on_end, this, MHD_OPTION_ARRAY, bounds.data(), MHD_OPTION_END));
    }
  }

  // What the library calls, always in the thread that is its own.

  static void on_connection(void* self, MHD_Connection* connection, void** /*context*/,
                            MHD_ConnectionNotificationCode what) {
    auto& state = *static_cast<State*>(self);
    without_exceptions([&] {
      const std::scoped_lock lock(state.mutex_);
      if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        state.clients_.erase(connection);
      } else {
        // One after the other: they share what they are answered in.
        const int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        const auto* address = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
        state.clients_.insert({connection, {socket, address_of(address), state.whole_request_from_now()}});
      }
      return MHD_YES;
    });
  }

  static void on_end(void* self, MHD_Connection* connection, void** /*begun*/, MHD_RequestTerminationCode /*how*/) {
    auto& state = *static_cast<State*>(self);
    const std::scoped_lock lock(state.mutex_);
    if (const auto client = state.clients_.find(connection); client != state.clients_.end()) {
      client->second.deadline = state.whole_request_from_now();
      client->second.request = {};
      client->second.refused.reset();
      client->second.is_asked = false;
      client->second.response.reset();
      state.answers_bytes_ -= std::exchange(client->second.answer_bytes, 0);
    }
  }

  /// `begun` is null when the head of a request was read, and ours from then on.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* path, const char* method,
                               const char* /*version*/, const char* piece, std::size_t* piece_size, void** begun) {
    return without_exceptions([&] {
      auto& state = *static_cast<State*>(self);
      Client& client = state.client_of(connection);
      if (std::exchange(*begun, &client) == nullptr) {
        client.request = request_of(connection, method, path);
        client.request.from = client.from;
        client.refused = refused(client.request, state.options_);
        return client.refused && !discards_body(client.request, *client.refused)
                   ? state.respond(connection, client, state.refusal(*client.refused))
                   : MHD_YES;
      }
      if (const auto size = std::exchange(*piece_size, 0); size > 0) {
        client.request.body.append(piece, client.refused ? 0 : size);
        return MHD_YES;
      }
      if (!client.refused && !client.is_asked && !state.has_room()) {
        client.refused = Refused{503, "too many answers wait for clients that do not fetch them"};
      }
      if (client.refused) {
        return state.respond(connection, client, state.refusal(*client.refused));
      }
      if (!std::exchange(client.is_asked, true)) {
        return state.ask(connection, client);
      }
      return client.response ? state.respond(connection, client, *std::move(client.response)) : MHD_NO;
    });
  }

  /// Throws std::out_of_range: there was no memory for it when it came.
  Client& client_of(MHD_Connection* connection) {
    const std::scoped_lock lock(mutex_);
    return clients_.at(connection);
  }

  bool has_room() {
    const std::scoped_lock lock(mutex_);
    return answers_bytes_ <= options_.answers_bytes_max;
  }

  /// Has a thread of ours make the answer; until it is there the library leaves the connection alone.
  MHD_Result ask(MHD_Connection* connection, Client& client) {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_) {
      return MHD_NO;
    }
    asked_.emplace_back(connection, &client);
    client.deadline.reset();
    MHD_suspend_connection(connection);
    came_.notify_one();
    return MHD_YES;
  }

  MHD_Result respond(MHD_Connection* connection, Client& client, HttpResponse with) {
    const HttpResponse& response = client.response.emplace(std::move(with));
    // The library only reads it, whatever its type says.
    auto* const body = const_cast<char*>(response.body.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    const std::unique_ptr<MHD_Response, Destroy> made(
        MHD_create_response_from_buffer(response.body.size(), body, MHD_RESPMEM_PERSISTENT));
    if (!made) {
      return MHD_NO;
    }
    MHD_add_response_header(made.get(), "Content-Type", response.content_type.c_str());
    for (const auto& [name, value] : response.headers) {
      MHD_add_response_header(made.get(), name.c_str(), value.c_str());
    }
    {
      const std::scoped_lock lock(mutex_);
      client.deadline = whole_request_from_now();
      client.deadline->at += std::chrono::seconds(response.body.size() / answer_bytes_per_second);
      client.answer_bytes = response.body.size();
      answers_bytes_ += client.answer_bytes;
    }
    return MHD_queue_response(connection, static_cast<unsigned>(response.status), made.get());
  }

  HttpResponse refusal(const Refused& why) const {
    HttpResponse response = refusal_(why.status, why.why);
    if (why.status == 405) {
      response.headers["Allow"] = joined(options_.methods, ", ");
    }
    return response;
  }

  [[nodiscard]] Deadline whole_request_from_now() const { return Deadline::in(whole_request * options_.patience); }

  // What our threads do.

  void answer_all(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (came_.wait(lock, stop, [this] { return !asked_.empty(); })) {
      const auto [connection, client] = asked_.front();
      asked_.pop_front();
      lock.unlock();
      // Without an answer, as at the end, the connection is closed.
      without_exceptions([&, &asking = *client] {
        if (!stop.stop_requested()) {
          asking.response = answer(asking.request);
        }
        return MHD_YES;
      });
      MHD_resume_connection(connection);
      lock.lock();
    }
  }

  HttpResponse answer(const HttpRequest& request) {
    try {
      return handler_(request);
    } catch (const std::exception&) {
      return refusal_(500, "a mistake of this program itself");
    }
  }

  /// Ends the connections whose time is over. The library finds them ended as if their clients had done it.
  void watch(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      look_.wait_for(lock, stop, between_looks, [] { return false; });
      for (const auto& [connection, client] : clients_) {
        if (client.deadline && client.deadline->has_passed()) {
          shutdown(client.socket, SHUT_RDWR);
        }
      }
    }
  }

  const HttpServerOptions options_;
  const Handler handler_;
  const Refusal refusal_;
  /// For what follows. Of a client, its deadline and `answer_bytes`: the rest belongs to the library's thread, or to
  /// one of ours while the connection is suspended.
  std::mutex mutex_;
  std::map<MHD_Connection*, Client> clients_;
  std::deque<std::pair<MHD_Connection*, Client*>> asked_;
  std::size_t answers_bytes_ = 0;
  bool is_stopping_ = false;
  std::condition_variable_any came_;
  std::condition_variable_any look_;
  std::unique_ptr<MHD_Daemon, Stop> daemon_;
  std::vector<std::jthread> threads_;
};

std::string HttpRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpServer::HttpServer(HttpServerOptions options, Handler handler, Refusal refusal)
    : state_(std::make_unique<State>(std::move(options), std::move(handler), std::move(refusal))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const noexcept { return state_->port(); }

HttpResponse HttpServer::plain_refusal(int status, const std::string& why) {
  return {.status = status, .body = why + "\n"};
}

std::string microhttpd_version() { return MHD_get_version(); }

}  // namespace robin::runtime
