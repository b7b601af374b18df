#pragma once

// GatewayReader: the ledger as the API shows it, so that a search can be followed, and its certificate folded, from
// anywhere. What it reads is checked as far as it can be: a certificate's blocks are folded and hashed here, not
// believed, and an answer that cannot be understood is an error. It does not know when blocks were planned and queued:
// lists do not say it. Used by one thread.

#include <map>
#include <string>
#include <vector>

#include "cli/api_source.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "search/strategy.hpp"

namespace robin::cli {

class GatewayReader final : public flow::LedgerReader {
 public:
  /// Both arguments outlive this object.
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
  [[nodiscard]] const search::Strategy& strategy_of(const std::string& name) const;
  /// The origins of searches that were asked for: what a search continues never changes.
  const std::map<std::string, std::string>& origin_of(flow::SearchId search);

  ApiSource& source_;
  const search::Strategies& strategies_;
  std::map<flow::SearchId, std::map<std::string, std::string>> origins_;
};

}  // namespace robin::cli
