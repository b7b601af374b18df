#include "cluster/orders.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>
#include <utility>

#include "core/deadline.hpp"
#include "runtime/error.hpp"

namespace robin::cluster {
namespace {

using runtime::Error;

constexpr const char* socket_name = "supervisor.socket";
/// Until it listens.
constexpr const char* new_socket_name = "supervisor.socket.new";
constexpr std::string_view done = "done\n";
constexpr std::string_view refused = "refused ";

/// The address of a socket in the folder: by way of an open folder, since an address is short and paths need not be.
class Address {
 public:
  explicit Address(const std::filesystem::path& folder, const char* name = socket_name)
      : folder_(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    address_.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(folder_) + "/" + name;
    path.copy(&address_.sun_path[0], sizeof address_.sun_path - 1);
  }
  ~Address() { close(folder_); }
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;

  [[nodiscard]] int connect(int socket) const { return ::connect(socket, plain(), sizeof address_); }
  [[nodiscard]] int bind(int socket) const { return ::bind(socket, plain(), sizeof address_); }

 private:
  /// The sockets interface takes any address by the type of none.
  [[nodiscard]] const sockaddr* plain() const {
    return reinterpret_cast<const sockaddr*>(&address_);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
  }
  int folder_;
  sockaddr_un address_{};
};

void be_patient(int socket, std::chrono::milliseconds span) {
  const timeval patience{.tv_sec = span.count() / 1000, .tv_usec = (span.count() % 1000) * 1000};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

/// Who listens at the other end; of a connection that is open, so that the id is its own.
void kill_listener(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 && credentials.pid > 0) {
    kill(credentials.pid, SIGKILL);
  }
}

bool ends_with_newline(const std::string& text) { return !text.empty() && text.back() == '\n'; }

}  // namespace

std::optional<std::string> give_order(const std::filesystem::path& folder, const std::string& order,
                                      std::chrono::seconds patience) {
  const auto deadline = core::Deadline::in(patience);
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0 || Address(folder).connect(connection) != 0) {
    close(connection);
    return std::nullopt;
  }
  be_patient(connection, std::chrono::milliseconds(200));
  const std::string line = order + "\n";
  std::string answer;
  bool open = send(connection, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
  while (open && !deadline.has_passed()) {
    std::array<char, 4096> buffer;
    const auto count = recv(connection, buffer.data(), buffer.size(), 0);
    open = count != 0 && (count > 0 || errno == EAGAIN || errno == EINTR);
    answer.append(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  if (open) {
    kill_listener(connection);
    close(connection);
    throw Error("the supervisor of " + folder.string() + " did not answer within " + std::to_string(patience.count()) +
                " s, and was killed; its services ended with it (robin-cluster stop removes the folder)");
  }
  close(connection);
  if (answer.starts_with(refused)) {
    throw Error(answer.substr(refused.size(), answer.find('\n') - refused.size()));
  }
  if (!answer.ends_with(done)) {
    throw Error("the supervisor of " + folder.string() + " ended before it had done: " + order +
                " (see supervisor.log there)");
  }
  return answer.substr(0, answer.size() - done.size());
}

OrderSocket::OrderSocket(const std::filesystem::path& folder) : folder_(folder) {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_taken = Address(folder).connect(probe) == 0;
  close(probe);
  if (is_taken) {
    throw Error("a supervisor runs already in " + folder.string() + " (robin-cluster stop ends it)");
  }
  // One that was killed leaves its sockets behind.
  unlink((folder / socket_name).c_str());
  unlink((folder / new_socket_name).c_str());
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const mode_t before = umask(0077);
  const bool bound = Address(folder, new_socket_name).bind(listener_) == 0;
  umask(before);
  constexpr int waiting_max = 16;
  // Whoever sees the socket may connect.
  if (!bound || listen(listener_, waiting_max) != 0 ||
      rename((folder / new_socket_name).c_str(), (folder / socket_name).c_str()) != 0) {
    close(listener_);
    throw Error("cannot listen for orders in " + folder.string());
  }
}

OrderSocket::~OrderSocket() {
  unlink((folder_ / socket_name).c_str());
  close(listener_);
  // The connection stays open for as long as this process lives (answer_at_our_end).
}

std::optional<std::string> OrderSocket::accept() {
  connection_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection_ < 0) {
    return std::nullopt;
  }
  be_patient(connection_, std::chrono::seconds(1));
  std::string line;
  while (!ends_with_newline(line)) {
    char letter = 0;
    constexpr std::size_t length_max = 200;
    if (line.size() >= length_max || recv(connection_, &letter, 1, 0) != 1) {
      answer_refused("that is no order");
      return std::nullopt;
    }
    line += letter;
  }
  line.pop_back();
  return line;
}

void OrderSocket::answer_done(const std::string& remarks) {
  answer_at_our_end(remarks);
  hang_up();
}

void OrderSocket::answer_at_our_end(const std::string& remarks) { answer(remarks + std::string(done)); }

void OrderSocket::answer_refused(const std::string& why) {
  answer(std::string(refused) + why + "\n");
  hang_up();
}

void OrderSocket::answer(const std::string& text) const {
  // Whoever gave the order may be gone; nothing depends on it.
  static_cast<void>(send(connection_, text.data(), text.size(), MSG_NOSIGNAL));
}

void OrderSocket::hang_up() { close(std::exchange(connection_, -1)); }

}  // namespace robin::cluster
