#include "cli/certificate_view.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "adapters/versions.hpp"
#include "api/json.hpp"
#include "api/proof_view.hpp"
#include "core/contract.hpp"

namespace robin::cli {

CertificateView::CertificateView(const search::Strategy& strategy, const std::optional<api::CertificateDocument>& from,
                                 const horizon::Arithmetic* at)
    : strategy_(strategy) {
  ROBIN_ASSERT(certifies(strategy), "its blocks prove something together");
  auto begun = strategy.certifier({});
  certifier_ = std::move(*std::get_if<std::unique_ptr<search::Certifier>>(&begun));
  if (at != nullptr) {
    margins_.emplace(strategy, *at);
  }
  if (from) {
    for (const auto& block : from->blocks) {
      take(block);
    }
  }
}

void CertificateView::take(const flow::FinishedBlock& block) {
  if (!refusal_.empty()) {
    return;
  }
  digest_.update(block.digest + "\n");
  if (const auto reason = certifier_->advance(block.block, block.candidates, block.extras)) {
    refusal_ = fmt::format("block {}[{}, {}) is not certified: {}",
                           block.id.value == 0 ? "" : std::to_string(block.id.value) + " ",
                           strategy_.text(block.block.begin), strategy_.text(block.block.end), reason->reason);
    return;
  }
  if (margins_) {
    margins_->take(block.block, *certifier_);
  }
}

void CertificateView::close() {
  if (refusal_.empty()) {
    refusal_ = certifier_->contradiction().value_or("");
  }
}

const std::vector<CertifiedMargin>& CertificateView::margins() const {
  static const std::vector<CertifiedMargin> none;
  return margins_ ? margins_->all() : none;
}

nlohmann::ordered_json CertificateView::json(bool holds) const {
  return api::json_of(api::view(certifier_->proof(), {holds && refusal_.empty(), certifier_->least_margin_at(),
                                                      digest_.hex(), adapters::all_versions()}));
}

std::string CertificateView::sentence() const {
  const search::Proof proof = certifier_->proof();
  if (!proof.proves) {
    return proof.sentence + ".\n";
  }
  std::string text = proof.sentence + "\n";
  for (const auto& remark : proof.remarks) {
    text += "  " + remark + "\n";
  }
  return text;
}

}  // namespace robin::cli
