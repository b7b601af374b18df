#pragma once

// Front: what stands between HTTP and the API: who may write, how often anybody may ask, and one answer for all who ask
// the same thing within a moment, so that fifty pages that look cost the database no more than one. Any thread may
// call.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/http_message.hpp"
#include "gateway/tokens.hpp"

namespace robin::gateway {

struct Call {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query = {};
  std::string body = {};
  /// The values of these two headers; empty if the request lacks them.
  std::string authorization = {};
  std::string if_none_match = {};
  /// The client's address, for the record of orders.
  std::string from = {};
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::map<std::string, std::string> headers = {};
};

struct FrontOptions {
  /// Writes need `Authorization: Bearer TOKEN` with one of these; with none here all writes are refused.
  std::vector<NamedToken> tokens;
  /// How long an answer is given to others who ask the same thing.
  std::chrono::milliseconds cache{1000};
  std::size_t cached_max = 256;
  /// How many of each are taken in a second, of all clients together; so many may also come at once.
  double reads_per_second = 500;
  double writes_per_second = 10;
};

class Front {
 public:
  using Handler = std::function<api::Response(const api::Request&)>;

  /// `handle` answers by the API. It may throw runtime::Error, which becomes an answer 503.
  Front(FrontOptions options, Handler handle) : options_(std::move(options)), handle_(std::move(handle)) {}

  [[nodiscard]] Answer answer(const Call& call);

 private:
  using Clock = std::chrono::steady_clock;

  /// A limit of rate: a bucket that holds one second's number, is emptied by requests and fills up steadily.
  struct Bucket {
    double left = -1;
    Clock::time_point at = {};
    bool take(double per_second);
  };
  /// One answer, made by the first who asks while the others wait.
  struct Cached {
    std::mutex mutex;
    Answer answer;
    /// When it was made; nullopt: not yet. (The clock's own zero is the machine's boot, which may be a moment ago.)
    std::optional<Clock::time_point> made;
  };

  [[nodiscard]] Answer read(const Call& call);
  [[nodiscard]] Answer write(const Call& call);
  /// Who has this token; nullptr if nobody has.
  [[nodiscard]] const NamedToken* find(const std::string& token) const;
  [[nodiscard]] Answer ask(const Call& call, const std::string& who);
  [[nodiscard]] std::shared_ptr<Cached> cached(const std::string& key);
  /// Once a second at most: what one thread needed for a large answer is not kept for its next one.
  void give_back_memory();

  FrontOptions options_;
  Handler handle_;
  std::mutex mutex_;
  Bucket reads_;
  Bucket writes_;
  std::map<std::string, std::shared_ptr<Cached>> cache_;
  Clock::time_point given_back_ = {};
};

/// Compares in a time that does not tell where the two differ.
[[nodiscard]] bool equal_secrets(const std::string& a, const std::string& b);

}  // namespace robin::gateway
