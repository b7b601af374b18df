#pragma once

// SliceAudit: slices of undisputed results that the auditor computes again. Its loop shows it every block that was
// audited; a thread beside the loop cuts blocks into slices and computes as many of those that were drawn as it comes
// to. Of a block it keeps nothing but which slice of which result: that result is read again when the slice is
// computed, and skipped if it was replaced meanwhile. Each result is drawn from once.

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
  /// Of a refinement: the certifier's state where the block begins.
  std::map<std::string, std::string> origin;
  const search::Strategy* strategy;
  search::Parameters parameters;
};

class SliceAudit {
 public:
  struct Options {
    /// Of all slices, 0 to 1, at most.
    double share;
    /// Blocks that wait to be cut at most, and slices that wait to be computed: a sample of them, each with one chance.
    std::size_t kept_max;
    runtime::OptionalVitals vitals;
  };
  /// The accepted result of the block; nullopt: there is none. Called by the thread that computes.
  using Read = std::function<std::optional<AcceptedResult>(SearchId, const search::Block&)>;

  SliceAudit(const Options& options, Read read, runtime::Log& log);

  // For the loop.

  /// A block was audited. Blocks that are audited again, for one before them was replaced, are drawn from once: else
  /// each dispute would crowd out what waits.  Cost: hardly any.
  void see(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
           const std::map<std::string, std::string>& origin);
  /// Another result of a block is accepted, and not all of it was computed here: it is drawn from, if its block was
  /// seen; else it will be.
  void see_replacing(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
                     const std::map<std::string, std::string>& origin);
  /// What was computed and is not what its result says.
  struct Found {
    AuditedSlice slice;
    std::string worker;
    std::string what;
  };
  /// All since it was last asked. Throws what reading a result threw.
  [[nodiscard]] std::vector<Found> found();
  [[nodiscard]] bool has_slices() const;
  /// Nothing waits to be computed or to be asked for.
  [[nodiscard]] bool is_done() const;
  /// So far: blocks that were audited and those of them that were cut; the slices of these, and what was computed
  /// again.
  struct Counts {
    std::uint64_t blocks = 0;
    std::uint64_t cut = 0;
    std::uint64_t slices = 0;
    std::uint64_t computed = 0;
    /// Of the slices of all blocks, as far as that can be told from those that were cut.
    [[nodiscard]] double share() const {
      return slices == 0 ? 0
                         : static_cast<double>(computed) / static_cast<double>(slices) * static_cast<double>(cut) /
                               static_cast<double>(blocks);
    }
  };
  [[nodiscard]] Counts counts() const;

  // For the thread beside it.

  /// Computes slices until stop is requested, or none is left.
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
  /// Up to where blocks of a search were seen. For the loop alone.
  std::map<SearchId, search::Position> seen_to_;
  /// Whole ones, which wait to be cut.
  SliceSample<AuditedSlice> blocks_;
  SliceSample<AuditedSlice> slices_;
  std::vector<Found> found_;
  std::exception_ptr failure_;
  std::uint64_t cut_ = 0;
  std::uint64_t computed_ = 0;
};

}  // namespace robin::flow
