#include "gateway/front.hpp"

#include <algorithm>
#include <utility>

#include "runtime/error.hpp"
#include "runtime/free_memory.hpp"
#include "search/sha256.hpp"

namespace robin::gateway {
namespace {

constexpr const char* bearer = "Bearer ";
constexpr int unreachable_retry_seconds = 5;
constexpr std::size_t tag_length = 32;
constexpr std::chrono::seconds give_back_every{1};

Answer spelled(const api::Response& response) {
  // A path may hold anything; what is no UTF-8 is shown as such.
  std::string body = response.body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  Answer answer{
      response.status, response.is_good() ? "application/json" : "application/problem+json", std::move(body), {}};
  if (response.retry_after > 0) {
    answer.headers["Retry-After"] = std::to_string(response.retry_after);
  }
  return answer;
}

}  // namespace

bool Front::Bucket::take(double per_second) {
  const auto now = Clock::now();
  const std::chrono::duration<double> passed = now - at;
  left = left < 0 ? per_second : std::min(per_second, left + passed.count() * per_second);
  at = now;
  if (left < 1) {
    return false;
  }
  left -= 1;
  return true;
}

Answer Front::answer(const Call& call) { return call.method == "GET" ? read(call) : write(call); }

Answer Front::ask(const Call& call, const std::string& who) {
  try {
    return spelled(handle_({call.method, call.path, call.query, call.body, who}));
  } catch (const runtime::Error& error) {
    auto response = api::problem(503, error.what());
    response.retry_after = unreachable_retry_seconds;
    return spelled(response);
  }
}

Answer Front::read(const Call& call) {
  {
    const std::scoped_lock lock(mutex_);
    if (!reads_.take(options_.reads_per_second)) {
      Answer answer = spelled(api::problem(429, "more requests come than are answered; ask again in a second"));
      answer.headers["Retry-After"] = "1";
      return answer;
    }
  }
  std::string key = call.path;
  for (const auto& [name, value] : call.query) {
    key.append(1, '\0').append(name).append(1, '\0').append(value);
  }
  const auto shared = cached(key);
  const std::scoped_lock lock(shared->mutex);
  if (!shared->made || Clock::now() - *shared->made >= options_.cache) {
    shared->answer = ask(call, "");
    shared->answer.headers["ETag"] = '"' + search::Sha256::hex_of(shared->answer.body).substr(0, tag_length) + '"';
    shared->answer.headers["Cache-Control"] = "no-cache";
    shared->made = Clock::now();
    give_back_memory();
  }
  if (shared->answer.status == 200 && shared->answer.headers["ETag"] == call.if_none_match) {
    return {304, shared->answer.content_type, "", shared->answer.headers};
  }
  return shared->answer;
}

std::shared_ptr<Front::Cached> Front::cached(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = cache_.find(key); known != cache_.end()) {
    return known->second;
  }
  if (cache_.size() >= options_.cached_max) {
    // Whoever still waits for one of these has it in hand.
    cache_.clear();
  }
  return cache_[key] = std::make_shared<Cached>();
}

void Front::give_back_memory() {
  {
    const std::scoped_lock lock(mutex_);
    if (Clock::now() - given_back_ < give_back_every) {
      return;
    }
    given_back_ = Clock::now();
  }
  runtime::give_back_free_memory();
}

const NamedToken* Front::find(const std::string& token) const {
  const NamedToken* found = nullptr;
  // All of them, so that the time tells nothing of which.
  for (const NamedToken& known : options_.tokens) {
    found = equal_secrets(token, known.token) ? &known : found;
  }
  return found;
}

Answer Front::write(const Call& call) {
  if (!call.authorization.starts_with(bearer)) {
    Answer answer = spelled(api::problem(
        401, "orders need the header Authorization: Bearer TOKEN, with the token of ROBIN_ADMIN_TOKEN_FILE"));
    answer.headers["WWW-Authenticate"] = "Bearer";
    return answer;
  }
  if (options_.tokens.empty()) {
    return spelled(api::problem(403, "this gateway takes no orders: start it with a token (ROBIN_ADMIN_TOKEN_FILE)"));
  }
  const NamedToken* token = find(call.authorization.substr(std::string_view(bearer).size()));
  if (token == nullptr) {
    return spelled(api::problem(
        403, "this is not the gateway's token (it is in the file that ROBIN_ADMIN_TOKEN_FILE of the gateway names)"));
  }
  // After the token, so that nobody without it uses up the rate of those who have it.
  {
    const std::scoped_lock lock(mutex_);
    if (!writes_.take(options_.writes_per_second)) {
      Answer answer = spelled(api::problem(429, "more orders come than are taken; try again in a second"));
      answer.headers["Retry-After"] = "1";
      return answer;
    }
  }
  Answer answer = ask(call, token->name + ", from " + call.from);
  {
    // Whoever ordered something wants to see it.
    const std::scoped_lock lock(mutex_);
    cache_.clear();
  }
  return answer;
}

bool equal_secrets(const std::string& a, const std::string& b) {
  // Of equal length whatever they are, so that neither length nor content shows.
  const std::string hash_a = search::Sha256::hex_of(a);
  const std::string hash_b = search::Sha256::hex_of(b);
  unsigned difference = 0;
  for (std::size_t i = 0; i < hash_a.size(); ++i) {
    difference |= static_cast<unsigned>(hash_a[i] != hash_b[i]);
  }
  return difference == 0;
}

}  // namespace robin::gateway
