#include "cli/verified_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/json.hpp"
#include "api/proof_view.hpp"
#include "core/entropy.hpp"
#include "math/number_text.hpp"
#include "search/sha256.hpp"

namespace robin::cli {
namespace {

using math::grouped;
using nlohmann::ordered_json;

std::unique_ptr<search::CertificateCheck> check_of(const api::CertificateDocument& file) {
  std::vector<search::CertifiedBlock> blocks;
  for (const auto& block : file.blocks) {
    blocks.push_back({block.block, block.candidates, block.digest, block.extras});
  }
  return file.strategy->check(std::move(blocks), {search::Mode::Complete, file.threshold, search::DigestKind::Exact});
}

}  // namespace

VerifiedFile::VerifiedFile(const api::CertificateDocument& file, const search::VerificationExtent& extent)
    : blocks_(file.blocks.size()), verification_(check_of(file), extent, core::from_entropy()) {
  verification_.run();
  for (const auto& [block, what] : verification_.mismatches()) {
    mismatches_.push_back(file.blocks.empty()
                              ? what
                              : fmt::format("block [{}, {}): {}", file.strategy->text(file.blocks[block].block.begin),
                                            file.strategy->text(file.blocks[block].block.end), what));
  }
  if (mismatches_.empty()) {
    compare_certificate(file);
  }
  if (!file.is_intact) {
    mismatches_.emplace_back("the file was changed after it was written: its sha256 is another");
  }
}

/// What the file says on top, and what its blocks prove together.
void VerifiedFile::compare_certificate(const api::CertificateDocument& file) {
  search::Sha256 chain;
  for (const auto& block : file.blocks) {
    chain.update(block.digest + "\n");
  }
  const auto& folded = verification_.folded();
  const ordered_json proved =
      api::json_of(api::view(folded.proof(), {true, folded.least_margin_at(), chain.hex(), {}}));
  for (const auto& [key, value] : proved.items()) {
    // A key that was not there yet when the file was written says nothing.
    const ordered_json said = file.certificate.value(key, ordered_json());
    if (key != "versions" && said != value) {
      mismatches_.push_back("the certificate says another " + key + " than its blocks");
    }
  }
}

ordered_json VerifiedFile::json() const {
  return {{"ok", ok()},
          {"statement", ok() ? ordered_json(verification_.folded().proof().sentence) : ordered_json()},
          {"blocks_checked", blocks_},
          {"slices", verification_.parts()},
          {"slices_checked", verification_.parts_checked()},
          {"share_reproved", verification_.share_reproved()},
          {"primes_one_by_one", verification_.primes_one_by_one()},
          {"share_reproved_independently", verification_.share_reproved_independently()},
          {"counts_checked", verification_.counts_checked()},
          {"miss_probability", verification_.miss_probability()},
          {"mismatches", mismatches_}};
}

std::string VerifiedFile::text() const {
  if (!ok()) {
    std::string text = "MISMATCH: this certificate proves nothing\n";
    for (const auto& mismatch : mismatches_) {
      text += "  " + mismatch + "\n";
    }
    return text;
  }
  const auto& checked = verification_;
  std::string text = fmt::format("verified: {}\n", checked.folded().proof().sentence);
  text +=
      fmt::format("  all {} blocks: that they follow each other, their digests, what they prove together\n", blocks_);
  text += fmt::format("  {} of {} slices, {:.3g} % of all primes: sums and bounds by the code that computed them\n",
                      checked.parts_checked(), checked.parts(), 100 * checked.share_reproved());
  text += fmt::format("  {} primes one by one, {:.3g} %: the sums, and the inequality at every number, by other code\n",
                      grouped(checked.primes_one_by_one()), 100 * checked.share_reproved_independently());
  text += fmt::format("  {} counts of primes by a third\n", checked.counts_checked());
  if (checked.parts_checked() == checked.parts()) {
    return text + "Nothing was left out.\n";
  }
  return text + fmt::format(
                    "Not looked at: the other {} slices. A certificate with one false slice passes in {:.4g} % of "
                    "such checks (--all: in none).\n",
                    checked.parts() - checked.parts_checked(), 100 * checked.miss_probability());
}

}  // namespace robin::cli
