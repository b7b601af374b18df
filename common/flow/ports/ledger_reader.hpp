#pragma once

// LedgerReader: what anybody who follows a search may read. Every Store has one; another asks a gateway (services/cli).
// It gives accepted results only. Throws runtime::Error. One object may be used from several threads.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "flow/ports/ids.hpp"
#include "flow/ports/ledger_views.hpp"
#include "flow/ports/search_control.hpp"
#include "search/block.hpp"
#include "search/parameters.hpp"
#include "search/witness.hpp"

namespace robin::flow {

struct SearchSpec {
  std::string strategy;
  search::Block range;
  search::Parameters parameters;
  /// The certifier's state where the search begins, if it continues a certificate (`--from`); else empty.
  std::map<std::string, std::string> origin = {};
  friend bool operator==(const SearchSpec&, const SearchSpec&) = default;
};

struct SearchRecord {
  SearchId id;
  SearchSpec spec;
  /// Blocks exist for [spec.range.begin, planned_end).
  search::Position planned_end;
  SearchControl control = {};
};

/// The accepted result of a finished block, without its lists of findings.
struct FinishedBlock {
  BlockId id;
  search::Block block;
  search::uint128 candidates;
  std::string digest;
  /// What the strategy added (Findings::extras).
  std::map<std::string, std::string> extras = {};
};

class LedgerReader {
 public:
  LedgerReader() = default;
  LedgerReader(const LedgerReader&) = delete;
  LedgerReader& operator=(const LedgerReader&) = delete;
  virtual ~LedgerReader() = default;

  [[nodiscard]] virtual std::vector<SearchRecord> searches() = 0;
  [[nodiscard]] virtual BlockCounts counts(SearchId search) = 0;
  /// Finished blocks that begin at or after `from`, in order of position. A gap may lie between them.
  [[nodiscard]] virtual std::vector<FinishedBlock> finished(SearchId search, search::Position from,
                                                            std::size_t limit) = 0;
  [[nodiscard]] virtual std::uint64_t count_findings(SearchId search, Finding finding) = 0;
  /// In order of position.
  [[nodiscard]] virtual std::vector<search::Witness> findings(SearchId search, Finding finding, std::size_t limit) = 0;
  /// The greatest ratio first.
  [[nodiscard]] virtual std::vector<search::Witness> top_findings(SearchId search, Finding finding,
                                                                  std::size_t limit) = 0;
  /// In order of id.
  [[nodiscard]] virtual std::vector<BlockRecord> blocks(const BlockFilter& filter, std::size_t limit) = 0;
  /// How far the search was audited.
  [[nodiscard]] virtual AuditFrontier audited(SearchId search) = 0;
};

/// The search with that id. Asserts that it exists.
[[nodiscard]] SearchRecord record_of(LedgerReader& reader, SearchId id);

}  // namespace robin::flow
