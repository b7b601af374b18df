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

/// The supervisor's end.
class OrderSocket {
 public:
  /// Throws Error if another supervisor listens in that folder.
  explicit OrderSocket(const std::filesystem::path& folder);
  ~OrderSocket();
  OrderSocket(const OrderSocket&) = delete;
  OrderSocket& operator=(const OrderSocket&) = delete;

  /// To be polled for reading while no order is under way.
  [[nodiscard]] int descriptor() const { return listener_; }
  /// The next order; nothing if whoever came says none.
  [[nodiscard]] std::optional<std::string> accept();
  /// Ends the order that accept() returned: with remarks, each a line, or with why it is refused.
  void answer_done(const std::string& remarks);
  /// The same for the last order: whoever gave it hears the end of the answer when this process is gone.
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
