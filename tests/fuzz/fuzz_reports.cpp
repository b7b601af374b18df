// Messages of reports: whatever arrives is refused with a reason, or round-trips.

#include "core/contract.hpp"
#include "flow/wire/bundle.hpp"
#include "flow/wire/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const robin::search::Strategies strategies;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what messages are made of
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const robin::flow::Message message{{}, std::string(body), {}};
  const auto messages = robin::flow::unbundle(message).value_or(std::vector{message});
  ROBIN_ASSERT(!messages.empty(), "no message is about nothing");
  for (const auto& one : messages) {
    const auto decoded = robin::flow::decode_report(one.body, strategies);
    if (const auto* report = robin::core::accepted(decoded)) {
      ROBIN_ASSERT(!report->block.is_empty(), "reports are about a range");
    } else {
      ROBIN_ASSERT(!robin::core::refusal_reason(decoded).empty(), "a refusal says why");
    }
  }
  return 0;
}
