#include "flow/wire/bundle.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/contract.hpp"
#include "flow/wire/message.hpp"

namespace robin::flow {
namespace {

constexpr std::string_view bundle_type = "\"bundle\"";

/// Walks over JSON and cuts texts out of it, without building anything: parsing messages to write them again would be
/// half of the work of a bundle. In what is no JSON it finds something or nothing.
class JsonWalker {
 public:
  explicit JsonWalker(std::string_view text) : text_(text) {}

  /// Whether this character comes next; it is passed.
  bool take(char expected) {
    skip(" \t\r\n");
    const bool is_there = at_ < text_.size() && text_[at_] == expected;
    at_ += is_there ? 1U : 0U;
    return is_there;
  }

  /// The text of the value that comes next, which is passed.
  std::string_view value() {
    skip(" \t\r\n");
    const std::size_t begin = at_;
    std::size_t depth = 0;
    do {
      const char first = at_ < text_.size() ? text_[at_] : '\0';
      if (first == '"') {
        skip_string();
      } else if (first == '{' || first == '[') {
        ++depth;
        ++at_;
      } else if (depth == 0) {
        go_to(text_.find_first_of(",:]} \t\r\n", at_));
      } else if (first == '}' || first == ']') {
        --depth;
        ++at_;
      } else {
        go_to(text_.find_first_of("\"{}[]", at_));
      }
    } while (depth > 0 && at_ < text_.size());
    return text_.substr(begin, at_ - begin);
  }

 private:
  void go_to(std::size_t place) { at_ = std::min(place, text_.size()); }
  void skip(const char* characters) { go_to(text_.find_first_not_of(characters, at_)); }
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      at_ += text_[at_] == '\\' ? 1U : 0U;
    }
    go_to(at_ + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The text of a field of this object, in quotes if it is a string; empty if there is none.
std::string_view field(std::string_view object, std::string_view name) {
  JsonWalker walker(object);
  for (bool goes_on = walker.take('{'); goes_on; goes_on = walker.take(',')) {
    const std::string_view key = walker.value();
    if (!walker.take(':')) {
      break;
    }
    const std::string_view value = walker.value();
    if (key.size() == name.size() + 2 && key.substr(1, name.size()) == name) {
      return value;
    }
  }
  return {};
}

}  // namespace

Message bundle(std::span<const Message> messages) {
  ROBIN_ASSERT(!messages.empty() && messages.size() <= bundle_length_max, "a bundle has its bounds");
  if (messages.size() == 1) {
    return messages.front();
  }
  std::string body = R"({"v":)" + std::to_string(wire_version) + R"(,"type":)";
  body += bundle_type;
  body += R"(,"list":[)";
  for (const Message& message : messages) {
    body += message.body;
    body += ',';
  }
  body.back() = ']';
  body += '}';
  return {messages.front().id + "+" + std::to_string(messages.size() - 1), std::move(body), messages.front().reply_to};
}

std::optional<std::vector<Message>> unbundle(const Message& message) {
  if (field(message.body, "type") != bundle_type || field(message.body, "v") != std::to_string(wire_version) ||
      !nlohmann::json::accept(message.body)) {
    return std::nullopt;
  }
  std::vector<Message> messages;
  JsonWalker list(field(message.body, "list"));
  for (bool goes_on = list.take('['); goes_on; goes_on = list.take(',')) {
    const std::string_view body = list.value();
    if (body.empty() || body.front() != '{' || messages.size() == bundle_length_max) {
      return std::nullopt;
    }
    messages.push_back({message.id + "/" + std::to_string(messages.size()), std::string(body), message.reply_to,
                        message.published_at});
  }
  return messages.empty() ? std::nullopt : std::optional(std::move(messages));
}

bool is_block(std::string_view body) { return field(body, "type") == R"("block")"; }

bool says_it_reads_bundles(std::string_view reply_body) { return field(reply_body, "bundles") == "true"; }

}  // namespace robin::flow
