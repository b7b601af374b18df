#pragma once

// SliceAudit: computes a sample of the slices of undisputed results again. The auditor's loop shows it every block that
// was audited. A thread beside the loop cuts blocks into slices, draws slices (rules/slice_sample.hpp), and computes as
// many of them as it has time for. It keeps no results, only which slice of which result was drawn: the result is read
// again when the slice is computed, and skipped if it was replaced meanwhile. Each result is drawn from once.

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "flow/ports/audit_ledger.hpp"
#include "flow/ports/ledger_reader.hpp"
#include "flow/rules/slice_sample.hpp"
#include "runtime/log.hpp"
#include "runtime/vitals.hpp"
#include "search/strategy.hpp"

namespace robin::flow {

/// A slice of a result that was accepted when its block was audited.
struct AuditedSlice {
  SearchId search;
  WorkKey key;
  search::Block block;
  search::Block part;
  /// If the result is a refinement: the certifier's state where the block begins; else empty.
  std::map<std::string, std::string> origin;
  const search::Strategy* strategy;
  search::Parameters parameters;
};

class SliceAudit {
 public:
  struct Options {
    /// The share of all slices that is computed at most, 0 to 1.
    double share;
    /// How many blocks wait to be cut at most, and how many slices wait to be computed. Of more a sample is kept, in
    /// which each has the same chance.
    std::size_t kept_max;
    runtime::OptionalVitals vitals;
  };
  /// Reads the accepted result of a block; nullopt if there is none. Called by the computing thread.
  using Read = std::function<std::optional<AcceptedResult>(SearchId, const search::Block&)>;

  SliceAudit(const Options& options, Read read, runtime::Log& log);

  // For the loop.

  /// Takes a block that was audited. A block that is audited again, because a result before it was replaced, is not
  /// drawn from again: else each dispute would crowd out the slices that wait. Costs hardly any time.
  void see(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
           const std::map<std::string, std::string>& origin);
  /// Takes a block of which another result is accepted now that the auditor did not compute as a whole: the new result
  /// is drawn from. (If see() was not called for the block yet, it will be.)
  void see_replacing(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
                     const std::map<std::string, std::string>& origin);
  /// A slice whose result turned out to be wrong.
  struct Found {
    AuditedSlice slice;
    std::string worker;
    std::string what;
  };
  /// All such slices since the last call. Throws what reading a result threw.
  [[nodiscard]] std::vector<Found> found();
  [[nodiscard]] bool has_slices() const;
  /// Whether nothing waits to be computed, and found() has been asked for everything.
  [[nodiscard]] bool is_done() const;
  struct Counts {
    /// Blocks that were audited, and how many of them were cut into slices.
    std::uint64_t blocks = 0;
    std::uint64_t cut = 0;
    /// Slices of the blocks that were cut, and how many of them were computed again.
    std::uint64_t slices = 0;
    std::uint64_t computed = 0;
    /// The share of the slices of all blocks that was computed again, estimated from the blocks that were cut.
    [[nodiscard]] double share() const {
      return slices == 0 ? 0
                         : static_cast<double>(computed) / static_cast<double>(slices) * static_cast<double>(cut) /
                               static_cast<double>(blocks);
    }
  };
  [[nodiscard]] Counts counts() const;

  // For the thread beside it.

  /// Computes slices until stop is requested or none is left.
  void compute(const std::stop_token& stop);

 private:
  void draw(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
            const std::map<std::string, std::string>& origin);
  void cut_blocks();
  void cut(const AuditedSlice& block);
  void compute(const AuditedSlice& slice);
  [[nodiscard]] std::optional<AuditedSlice> take_block();
  [[nodiscard]] std::optional<AuditedSlice> take_slice();
  [[nodiscard]] bool goes_on() const;
  [[nodiscard]] Counts counts_so_far() const;

  const double share_;
  const runtime::OptionalVitals vitals_;
  const Read read_;
  runtime::Log& log_;
  mutable std::mutex mutex_;
  /// The position up to which blocks of a search were seen. Only the loop uses it.
  std::map<SearchId, search::Position> seen_to_;
  /// Whole blocks, which wait to be cut.
  SliceSample<AuditedSlice> blocks_;
  SliceSample<AuditedSlice> slices_;
  std::vector<Found> found_;
  std::exception_ptr failure_;
  std::uint64_t cut_ = 0;
  std::uint64_t computed_ = 0;
};

}  // namespace robin::flow
