// Messages of replies: whatever arrives is refused with a reason, or round-trips.

#include "core/contract.hpp"
#include "flow/wire/bundle.hpp"
#include "flow/wire/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what messages are made of
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const robin::flow::Message message{{}, std::string(body), {}};
  std::vector<robin::flow::Message> encoded;
  for (const auto& one : robin::flow::unbundle(message).value_or(std::vector{message})) {
    const auto decoded = robin::flow::decode_reply(one.body);
    if (const auto* accepted = robin::core::accepted(decoded)) {
      encoded.push_back(robin::flow::encode(*accepted));
      const auto again = robin::flow::decode_reply(encoded.back().body);
      ROBIN_ASSERT(robin::core::accepted(again) != nullptr && *robin::core::accepted(again) == *accepted,
                   "what was accepted round-trips");
      ROBIN_ASSERT(robin::flow::says_it_reads_bundles(encoded.back().body) == accepted->reads_bundles,
                   "both read the same");
    } else {
      ROBIN_ASSERT(!robin::core::refusal_reason(decoded).empty(), "a refusal says why");
    }
  }
  if (encoded.size() > 1) {
    const auto apart = robin::flow::unbundle(robin::flow::bundle(encoded));
    ROBIN_ASSERT(apart.has_value() && apart->size() == encoded.size(), "a bundle round-trips");
  }
  return 0;
}
