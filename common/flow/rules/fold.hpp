#pragma once

// Fold: takes the finished blocks of one search in order of position, up to the frontier, where the first block is
// missing. It counts candidates and makes the digest of the run: SHA-256 over the digests of its blocks in order, one
// in each line. Used by one thread.

#include <cstdint>
#include <functional>
#include <string>

#include "flow/ports/ledger_reader.hpp"
#include "search/sha256.hpp"

namespace robin::flow {

class Fold {
 public:
  explicit Fold(const SearchRecord& search) : search_(search.id), frontier_(search.spec.range.begin) {}

  /// Takes the finished blocks that follow the frontier without a gap, and calls `on_block` for each, in order. False
  /// if there were none. Cost: one query for each 200 blocks.
  bool advance(LedgerReader& reader, const std::function<void(const FinishedBlock&)>& on_block = {});

  /// Every block before it is finished.
  [[nodiscard]] search::Position frontier() const { return frontier_; }
  [[nodiscard]] std::uint64_t blocks() const { return blocks_; }
  [[nodiscard]] search::uint128 candidates() const { return candidates_; }
  [[nodiscard]] std::string digest() const { return digest_.hex(); }

 private:
  SearchId search_;
  search::Position frontier_;
  std::uint64_t blocks_ = 0;
  search::uint128 candidates_ = 0;
  search::Sha256 digest_;
};

}  // namespace robin::flow
