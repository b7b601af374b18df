// Messages of reports: whatever arrives is refused with a reason, or round-trips.

#include "contract.hpp"
#include "flow/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const robin::search::Strategies strategies;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what messages are made of
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto decoded = robin::flow::decode_reports(body, strategies);
  if (const auto* accepted = robin::math::accepted(decoded)) {
    ROBIN_ASSERT(!accepted->empty(), "no message is about nothing");
    for (const auto& report : *accepted) {
      ROBIN_ASSERT(!report.block.is_empty(), "reports are about a range");
    }
  } else {
    ROBIN_ASSERT(!robin::math::refusal_reason(decoded).empty(), "a refusal says why");
  }
  return 0;
}
