// Certificate files, and what blocks say in them and in the ledger: refused, or folded and compared without a crash.

#include <span>

#include "api/certificate_document.hpp"
#include "core/contract.hpp"

namespace {

using namespace robin;

/// As the auditor takes them: in order, until one is refused.
void fold(const api::CertificateDocument& document) {
  const auto begun = document.strategy->certifier({});
  const auto& certifier = *core::accepted(begun);
  for (const auto& block : document.blocks) {
    if (const auto objection = certifier->advance(block.block, block.candidates, block.extras)) {
      ROBIN_ASSERT(!objection->reason.empty(), "an objection says why");
      // What every look at it does.
      static_cast<void>(document.strategy->refuse_refinement(block.block, certifier->state()));
      break;
    }
    const auto again = document.strategy->certifier(certifier->state());
    ROBIN_ASSERT(
        core::accepted(again) != nullptr && (*core::accepted(again))->proof().sentence == certifier->proof().sentence,
        "a state is taken up again");
  }
  static_cast<void>(certifier->proof());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const search::Strategies strategies;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are what files are made of
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = api::certificate_document(text, strategies);
  if (const auto* document = core::accepted(read)) {
    fold(*document);
    const auto again = api::certificate_document(api::text_of(*document), strategies);
    ROBIN_ASSERT(core::accepted(again) != nullptr && core::accepted(again)->is_intact, "what is written is read again");
  } else {
    ROBIN_ASSERT(!core::refusal_reason(read).empty(), "a refusal says why");
  }
  return 0;
}
