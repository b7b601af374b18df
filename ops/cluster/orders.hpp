#pragma once

// Orders to the supervisor of a folder, by a socket in it that only its owner may use: one line there, lines back until
// it is done. No id of a process is needed, so none can be mistaken. One order at a time; others wait for their turn.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace robin::cluster {

/// Gives an order and waits until it is done; returns what the supervisor remarks. Nothing if there is no supervisor.
/// Throws Error if it refuses, or ends without an answer; one that does not answer in time is killed.
[[nodiscard]] std::optional<std::string> give_order(const std::filesystem::path& folder, const std::string& order,
                                                    std::chrono::seconds patience);

/// The end of the socket at which the supervisor listens.
class OrderSocket {
 public:
  /// Throws Error if another supervisor listens in that folder.
  explicit OrderSocket(const std::filesystem::path& folder);
  ~OrderSocket();
  OrderSocket(const OrderSocket&) = delete;
  OrderSocket& operator=(const OrderSocket&) = delete;

  /// The descriptor to poll for reading while no order is under way.
  [[nodiscard]] int descriptor() const { return listener_; }
  /// Takes the next order; nullopt if whoever connected gave none.
  [[nodiscard]] std::optional<std::string> accept();
  /// Answers the order that accept() returned, with remarks, a line each. (answer_refused(): with why it is refused.)
  void answer_done(const std::string& remarks);
  /// Answers the last order: whoever gave it sees the end of the answer only when this process is gone.
  void answer_at_our_end(const std::string& remarks);
  void answer_refused(const std::string& why);

 private:
  void answer(const std::string& text) const;
  void hang_up();

  std::filesystem::path folder_;
  int listener_ = -1;
  int connection_ = -1;
};

}  // namespace robin::cluster
