#pragma once

// GatewayReader: the ledger as a gateway shows it, so that a search can be followed, and its certificate folded, from
// anywhere. What it reads is checked as far as it can be: a certificate's blocks are folded and hashed here, not
// believed.

#include <memory>

#include "cli/api_source.hpp"
#include "flow/ledger_reader.hpp"
#include "search/strategy.hpp"

namespace robin::cli {

class GatewayReader final : public flow::LedgerReader {
 public:
  /// Both outlive this object.
  GatewayReader(ApiSource& source, const search::Strategies& strategies) : source_(source), strategies_(strategies) {}

  [[nodiscard]] std::vector<flow::SearchRecord> searches() override;
  [[nodiscard]] flow::BlockCounts counts(flow::SearchId search) override;
  [[nodiscard]] std::vector<flow::FinishedBlock> finished(flow::SearchId search, search::Position from,
                                                          std::size_t limit) override;
  [[nodiscard]] std::uint64_t count_findings(flow::SearchId search, flow::Finding finding) override;
  [[nodiscard]] std::vector<search::Witness> findings(flow::SearchId search, flow::Finding finding,
                                                      std::size_t limit) override;
  [[nodiscard]] std::vector<search::Witness> top_findings(flow::SearchId search, flow::Finding finding,
                                                          std::size_t limit) override;
  [[nodiscard]] std::vector<flow::BlockRecord> blocks(const flow::BlockFilter& filter, std::size_t limit) override;
  [[nodiscard]] flow::AuditFrontier audited(flow::SearchId search) override;

 private:
  ApiSource& source_;
  const search::Strategies& strategies_;
};

}  // namespace robin::cli
