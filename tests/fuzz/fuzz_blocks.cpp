// Messages of blocks: whatever arrives is refused with a reason, or round-trips.

#include "core/contract.hpp"
#include "flow/wire/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const robin::search::Strategies strategies;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what messages are made of
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto decoded = robin::flow::decode_work(body, strategies);
  if (const auto* accepted = robin::core::accepted(decoded)) {
    const auto again = robin::flow::decode_work(robin::flow::encode(*accepted, strategies).body, strategies);
    ROBIN_ASSERT(robin::core::accepted(again) != nullptr && *robin::core::accepted(again) == *accepted,
                 "what was accepted round-trips");
  } else {
    ROBIN_ASSERT(!robin::core::refusal_reason(decoded).empty(), "a refusal says why");
  }
  return 0;
}
