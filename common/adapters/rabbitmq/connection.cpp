#include "adapters/rabbitmq/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "adapters/rabbitmq/c.hpp"
#include "core/contract.hpp"

namespace robin::adapters {
namespace {

using runtime::Cause;
using runtime::Error;
using runtime::Retry;

constexpr amqp_channel_t channel = 1;
constexpr int frame_max = 131'072;
constexpr int channel_max = 2;
constexpr std::uint8_t persistent = 2;
constexpr core::Milliseconds close_timeout{2'000};

// The library keeps the pointer until it has written: what it points to must outlive the call, so no temporaries.
amqp_bytes_t bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }  // NOLINT: C API
amqp_bytes_t bytes(std::string&&) = delete;

std::string text(amqp_bytes_t value) { return {static_cast<const char*>(value.bytes), value.len}; }

timeval time_of(core::Milliseconds span) {
  return {static_cast<time_t>(span.count() / 1000), static_cast<suseconds_t>(span.count() % 1000 * 1000)};
}

/// What the server said when it closed something.
std::string server_words(const amqp_method_t& method) {
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    return text(static_cast<const amqp_channel_close_t*>(method.decoded)->reply_text);
  }
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    return text(static_cast<const amqp_connection_close_t*>(method.decoded)->reply_text);
  }
  const char* name = amqp_method_name(method.id);
  return std::string("unexpected ") + (name == nullptr ? "method" : name);
}

amqp_table_entry_t flag(const char* name) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

amqp_table_entry_t text_entry(const char* name, const std::string& value) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = bytes(value);
  return entry;
}
amqp_table_entry_t text_entry(const char* name, std::string&& value) = delete;

/// AMQP's own timestamp knows only whole seconds; this header says microseconds since 1970.
constexpr const char* published_header = "published-us";

amqp_table_entry_t published_entry(std::chrono::system_clock::time_point at) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(published_header);
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
  return entry;
}

std::chrono::system_clock::time_point published_at(const amqp_basic_properties_t& properties) {
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) == 0) {
    return {};
  }
  const std::span entries(properties.headers.entries, static_cast<std::size_t>(properties.headers.num_entries));
  const auto found = std::find_if(entries.begin(), entries.end(), [](const amqp_table_entry_t& entry) {
    return entry.value.kind == AMQP_FIELD_KIND_I64 && text(entry.key) == published_header;
  });
  return std::chrono::system_clock::time_point(
      std::chrono::microseconds(found == entries.end() ? 0 : found->value.value.i64));
}

/// A URL taken apart by the library, which keeps pointers into the copy.
class ParsedUrl {
 public:
  explicit ParsedUrl(std::string url) : text_(std::move(url)) {
    text_.push_back('\0');
    if (amqp_parse_url(text_.data(), &info_) != AMQP_STATUS_OK) {
      throw Error("the broker's address is not of the form amqp://user:password@host:port/vhost");
    }
  }
  [[nodiscard]] const amqp_connection_info& info() const { return info_; }
  [[nodiscard]] std::string place() const { return std::string(info_.host) + ":" + std::to_string(info_.port); }

 private:
  std::string text_;
  amqp_connection_info info_{};
};

}  // namespace

bool is_broker_url(std::string url) {
  amqp_connection_info info{};
  return amqp_parse_url(url.data(), &info) == AMQP_STATUS_OK;
}

struct RabbitmqConnection::State {
  State(const RabbitmqOptions& all, const std::string& purpose, SocketInterruption& ended_by)
      : options(all),
        interruption(ended_by),
        url(all.url),
        place("RabbitMQ at " + url.place()),
        handle(amqp_new_connection()) {
    ROBIN_ASSERT(handle != nullptr, "there is memory for a connection");
    try {
      open_socket();
      log_in(purpose);
      amqp_channel_open(handle, channel);
      check_reply("open a channel");
    } catch (...) {
      interruption.forget();
      amqp_destroy_connection(handle);
      throw;
    }
  }
  ~State() {
    interruption.forget();
    // Closed without ceremony: an orderly close would wait for an answer, and the server loses nothing.
    amqp_destroy_connection(handle);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(place + ": " + what, Retry::Yes, Cause::Unreachable);
  }
  void check(int status, const char* what) const {
    if (status != AMQP_STATUS_OK) {
      fail(std::string("cannot ") + what + ": " + amqp_error_string2(status));
    }
  }
  void check_reply(const char* what) const { check_reply(amqp_get_rpc_reply(handle), what); }
  void check_reply(const amqp_rpc_reply_t& reply, const char* what) const {
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
      fail(std::string("cannot ") + what + ": " + server_words(reply.reply));
    }
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
      fail(std::string("cannot ") + what + ": " + amqp_error_string2(reply.library_error));
    }
  }

  void open_socket() const {
    const bool secure = url.info().ssl != 0;
    amqp_socket_t* socket = secure ? amqp_ssl_socket_new(handle) : amqp_tcp_socket_new(handle);
    ROBIN_ASSERT(socket != nullptr, "there is memory for a socket");
    if (secure) {
      if (options.ca_file.empty()) {
        throw Error(place + ": TLS needs the file of the certificate authority");
      }
      check(amqp_ssl_socket_set_cacert(socket, options.ca_file.c_str()), "read the certificate authority");
      amqp_ssl_socket_set_verify_peer(socket, 1);
      amqp_ssl_socket_set_verify_hostname(socket, 1);
      check(amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST), "ask for TLS 1.2");
    }
    timeval timeout = time_of(options.connect_timeout);
    check(amqp_socket_open_noblock(socket, url.info().host, url.info().port, &timeout), "connect");
    interruption.watch(amqp_get_sockfd(handle));
    // A peer that went silent ends a blocked send after this, whatever the heartbeat thinks.
    const int user_timeout = 3000 * options.heartbeat_seconds;
    setsockopt(amqp_get_sockfd(handle), IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof user_timeout);
    check(amqp_set_handshake_timeout(handle, &timeout), "set a timeout");
    timeval rpc = time_of(options.rpc_timeout);
    check(amqp_set_rpc_timeout(handle, &rpc), "set a timeout");
  }

  void log_in(const std::string& purpose) const {
    // Without consumer_cancel_notify the server would take our consumer away and say nothing.
    std::array<amqp_table_entry_t, 4> capabilities = {flag("consumer_cancel_notify"), flag("connection.blocked"),
                                                      flag("publisher_confirms"), flag("basic.nack")};
    amqp_table_entry_t capability_entry{};
    capability_entry.key = amqp_cstring_bytes("capabilities");
    capability_entry.value.kind = AMQP_FIELD_KIND_TABLE;
    capability_entry.value.value.table = {static_cast<int>(capabilities.size()), capabilities.data()};
    const std::string product = "robin";
    const std::string name = options.name + " " + purpose;
    std::array<amqp_table_entry_t, 3> entries = {text_entry("product", product), text_entry("connection_name", name),
                                                 capability_entry};
    const amqp_table_t properties = {static_cast<int>(entries.size()), entries.data()};
    const auto& info = url.info();
    check_reply(amqp_login_with_properties(handle, info.vhost, channel_max, frame_max, options.heartbeat_seconds,
                                           &properties, AMQP_SASL_METHOD_PLAIN, info.user, info.password),
                "log in");
  }

  /// A frame that is there or arrives at once; false if there is none.
  bool next_frame(amqp_frame_t& frame) const {
    timeval at_once{0, 0};
    const int status = amqp_simple_wait_frame_noblock(handle, &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT) {
      return false;
    }
    check(status, "read");
    return true;
  }

  void take_method(const amqp_method_t& method, const std::function<void(Incoming)>& handle_incoming) {
    switch (method.id) {
      case AMQP_BASIC_DELIVER_METHOD: {
        const auto& deliver = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
        content = Deliver{text(deliver.consumer_tag), deliver.delivery_tag, deliver.redelivered != 0, {}, false};
        return;
      }
      case AMQP_BASIC_RETURN_METHOD:
        content = Return{};
        return;
      case AMQP_BASIC_ACK_METHOD: {
        const auto& ack = *static_cast<const amqp_basic_ack_t*>(method.decoded);
        handle_incoming(Ack{ack.delivery_tag, ack.multiple != 0, true});
        return;
      }
      case AMQP_BASIC_NACK_METHOD: {
        const auto& nack = *static_cast<const amqp_basic_nack_t*>(method.decoded);
        handle_incoming(Ack{nack.delivery_tag, nack.multiple != 0, false});
        return;
      }
      case AMQP_CONNECTION_BLOCKED_METHOD:
        handle_incoming(Blocked{text(static_cast<const amqp_connection_blocked_t*>(method.decoded)->reason)});
        return;
      case AMQP_CONNECTION_UNBLOCKED_METHOD:
        handle_incoming(Unblocked{});
        return;
      case AMQP_BASIC_CANCEL_METHOD:
        // What it held is ready again, as if the connection were gone: so let it go.
        fail("the server cancelled the consumer (its queue is gone, or it held a message for too long)");
      case AMQP_BASIC_CANCEL_OK_METHOD:
        return;
      default:
        fail("closed by the server: " + server_words(method));
    }
  }

  void take_header(const amqp_frame_t& frame, const std::function<void(Incoming)>& handle_incoming) {
    const auto& properties = *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
    body_left = frame.payload.properties.body_size;
    const auto property = [&properties](amqp_flags_t present, amqp_bytes_t value) {
      return (properties._flags & present) != 0 ? text(value) : std::string();
    };
    const std::string id = property(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
    if (auto* deliver = std::get_if<Deliver>(&*content)) {
      deliver->message.id = id;
      deliver->message.reply_to = property(AMQP_BASIC_REPLY_TO_FLAG, properties.reply_to);
      deliver->message.published_at = published_at(properties);
      deliver->oversized = body_left >= flow::message_bytes_max;
    } else {
      std::get<Return>(*content).message_id = id;
    }
    finish_content(handle_incoming);
  }

  void take_body(amqp_bytes_t fragment, const std::function<void(Incoming)>& handle_incoming) {
    if (auto* deliver = std::get_if<Deliver>(&*content); deliver != nullptr && !deliver->oversized) {
      deliver->message.body.append(static_cast<const char*>(fragment.bytes), fragment.len);
    }
    body_left -= fragment.len;
    finish_content(handle_incoming);
  }

  void finish_content(const std::function<void(Incoming)>& handle_incoming) {
    if (body_left == 0) {
      handle_incoming(*std::exchange(content, std::nullopt));
    }
  }

  RabbitmqOptions options;
  SocketInterruption& interruption;
  ParsedUrl url;
  std::string place;
  amqp_connection_state_t handle;
  /// The delivery or return whose header and body are still arriving.
  std::optional<Incoming> content;
  std::uint64_t body_left = 0;
};

RabbitmqConnection::RabbitmqConnection(const RabbitmqOptions& options, const std::string& purpose,
                                       SocketInterruption& interruption)
    : state_(std::make_unique<State>(options, purpose, interruption)) {}

RabbitmqConnection::~RabbitmqConnection() = default;

void RabbitmqConnection::confirm_select() {
  amqp_confirm_select(state_->handle, channel);
  state_->check_reply("ask for confirms");
}

void RabbitmqConnection::prefetch(std::uint16_t count) {
  ROBIN_ASSERT(count >= 1, "a prefetch of 0 would be unlimited");
  amqp_basic_qos(state_->handle, channel, 0, count, 0);
  state_->check_reply("set the prefetch");
}

std::uint32_t RabbitmqConnection::expect_queue(const std::string& queue) {
  const auto* found = amqp_queue_declare(state_->handle, channel, bytes(queue), 1, 0, 0, 0, amqp_empty_table);
  state_->check_reply("find a queue");
  return found->message_count;
}

void RabbitmqConnection::declare_exclusive_queue(const std::string& queue) {
  amqp_queue_declare(state_->handle, channel, bytes(queue), 0, 0, 1, 1, amqp_empty_table);
  state_->check_reply("declare the reply queue");
}

void RabbitmqConnection::bind(const std::string& queue, const std::string& exchange, const std::string& routing_key) {
  amqp_queue_bind(state_->handle, channel, bytes(queue), bytes(exchange), bytes(routing_key), amqp_empty_table);
  state_->check_reply("bind a queue");
}

void RabbitmqConnection::unbind(const std::string& queue, const std::string& exchange, const std::string& routing_key) {
  amqp_queue_unbind(state_->handle, channel, bytes(queue), bytes(exchange), bytes(routing_key), amqp_empty_table);
  state_->check_reply("unbind a queue");
}

void RabbitmqConnection::consume(const std::string& queue, const std::string& consumer_tag, bool without_ack) {
  amqp_basic_consume(state_->handle, channel, bytes(queue), bytes(consumer_tag), 0, without_ack ? 1 : 0, 0,
                     amqp_empty_table);
  state_->check_reply("consume");
}

void RabbitmqConnection::cancel(const std::string& consumer_tag) {
  // Not the library's synchronous call: deliveries that are under way would be read as its answer's frames.
  amqp_basic_cancel_t request{};
  request.consumer_tag = bytes(consumer_tag);
  state_->check(amqp_send_method(state_->handle, channel, AMQP_BASIC_CANCEL_METHOD, &request), "cancel");
}

RabbitmqConnection::Pack::Pack(int socket) : socket_(socket) { hold(1); }

RabbitmqConnection::Pack::~Pack() { hold(0); }

void RabbitmqConnection::Pack::hold(int on) const {
  if (socket_ >= 0) {
    setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
  }
}

RabbitmqConnection::Pack RabbitmqConnection::pack(std::size_t messages) const {
  return Pack(messages > 1 ? amqp_get_sockfd(state_->handle) : -1);
}

void RabbitmqConnection::publish(const std::string& exchange, const std::string& routing_key, bool mandatory,
                                 const flow::Message& message) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
  properties.content_type = amqp_cstring_bytes("application/json");
  properties.delivery_mode = persistent;
  properties.message_id = bytes(message.id);
  if (!message.reply_to.empty()) {
    properties._flags |= AMQP_BASIC_REPLY_TO_FLAG;
    properties.reply_to = bytes(message.reply_to);
  }
  amqp_table_entry_t published{};
  if (message.published_at != std::chrono::system_clock::time_point{}) {
    published = published_entry(message.published_at);
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {1, &published};
  }
  state_->check(amqp_basic_publish(state_->handle, channel, bytes(exchange), bytes(routing_key), mandatory ? 1 : 0, 0,
                                   &properties, bytes(message.body)),
                "publish");
}

void RabbitmqConnection::ack(std::uint64_t delivery_tag) {
  state_->check(amqp_basic_ack(state_->handle, channel, delivery_tag, 0), "ack");
}

void RabbitmqConnection::ack_up_to(std::uint64_t delivery_tag) {
  state_->check(amqp_basic_ack(state_->handle, channel, delivery_tag, 1), "ack");
}

void RabbitmqConnection::nack(std::uint64_t delivery_tag) {
  state_->check(amqp_basic_nack(state_->handle, channel, delivery_tag, 0, 1), "hand back");
}

void RabbitmqConnection::reject(std::uint64_t delivery_tag) {
  state_->check(amqp_basic_reject(state_->handle, channel, delivery_tag, 0), "reject");
}

void RabbitmqConnection::close() {
  timeval timeout = time_of(close_timeout);
  amqp_set_rpc_timeout(state_->handle, &timeout);
  static_cast<void>(amqp_connection_close(state_->handle, AMQP_REPLY_SUCCESS));
}

void RabbitmqConnection::serve(int wake, core::Milliseconds patience, const std::function<void(Incoming)>& handle) {
  if (amqp_frames_enqueued(state_->handle) == 0 && amqp_data_in_buffer(state_->handle) == 0) {
    std::array<pollfd, 2> waiting = {{{amqp_get_sockfd(state_->handle), POLLIN, 0}, {wake, POLLIN, 0}}};
    poll(waiting.data(), waiting.size(), static_cast<int>(patience.count()));
  }
  amqp_frame_t frame{};
  while (state_->next_frame(frame)) {
    switch (frame.frame_type) {
      case AMQP_FRAME_METHOD:
        state_->take_method(frame.payload.method, handle);
        break;
      case AMQP_FRAME_HEADER:
        state_->take_header(frame, handle);
        break;
      case AMQP_FRAME_BODY:
        state_->take_body(frame.payload.body_fragment, handle);
        break;
      default:
        break;
    }
    amqp_maybe_release_buffers(state_->handle);
  }
}

std::string rabbitmq_version() { return amqp_version(); }

}  // namespace robin::adapters
