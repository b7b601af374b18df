// Messages of replies: whatever arrives is refused with a reason, or round-trips.

#include "contract.hpp"
#include "flow/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what messages are made of
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto decoded = robin::flow::decode_replies(body);
  if (const auto* accepted = robin::math::accepted(decoded)) {
    std::vector<robin::flow::Message> messages;
    for (const auto& reply : *accepted) {
      messages.push_back(robin::flow::encode(reply));
    }
    const auto again = robin::flow::decode_replies(robin::flow::bundle(messages).body);
    ROBIN_ASSERT(robin::math::accepted(again) != nullptr && *robin::math::accepted(again) == *accepted,
                 "what was accepted round-trips");
  } else {
    ROBIN_ASSERT(!robin::math::refusal_reason(decoded).empty(), "a refusal says why");
  }
  return 0;
}
