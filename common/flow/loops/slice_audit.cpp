#include "flow/loops/slice_audit.hpp"

#include <utility>

#include "core/contract.hpp"
#include "core/deadline.hpp"
#include "core/entropy.hpp"
#include "flow/loops/metrics.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

/// What the loop has not asked for: then nothing more is computed.
constexpr std::size_t found_max = 100;
/// Blocks are cut for so long before the next slice is computed.
constexpr core::Milliseconds cut_at_once{10};

}  // namespace

SliceAudit::SliceAudit(const Options& options, Read read, runtime::Log& log)
    : share_(options.share),
      vitals_(options.vitals),
      read_(std::move(read)),
      log_(log),
      blocks_(1, options.kept_max, core::from_entropy()),
      slices_(options.share, options.kept_max, core::from_entropy()) {
  vitals_.set(metrics::audit_share, 0);
}

void SliceAudit::see(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
                     const std::map<std::string, std::string>& origin) {
  search::Position& seen_to = seen_to_[record.id];
  if (audit.range.begin < seen_to) {
    return;
  }
  seen_to = audit.range.end;
  draw(record, strategy, audit, origin);
}

void SliceAudit::see_replacing(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
                               const std::map<std::string, std::string>& origin) {
  if (audit.range.begin < seen_to_[record.id]) {
    draw(record, strategy, audit, origin);
  }
}

void SliceAudit::draw(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
                      const std::map<std::string, std::string>& origin) {
  if (share_ == 0) {
    return;
  }
  const std::scoped_lock lock(mutex_);
  if (blocks_.pass(1) == 0) {
    blocks_.keep({record.id, audit.accepted, audit.range, audit.range, origin, &strategy, record.spec.parameters});
  }
}

std::vector<SliceAudit::Found> SliceAudit::found() {
  const std::scoped_lock lock(mutex_);
  if (failure_) {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
  return std::exchange(found_, {});
}

bool SliceAudit::goes_on() const { return found_.size() < found_max && !failure_; }

bool SliceAudit::has_slices() const {
  const std::scoped_lock lock(mutex_);
  return !(blocks_.is_empty() && slices_.is_empty()) && goes_on();
}

bool SliceAudit::is_done() const {
  const std::scoped_lock lock(mutex_);
  return blocks_.is_empty() && slices_.is_empty() && found_.empty() && !failure_;
}

SliceAudit::Counts SliceAudit::counts_so_far() const { return {blocks_.seen(), cut_, slices_.seen(), computed_}; }

SliceAudit::Counts SliceAudit::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_so_far();
}

std::optional<AuditedSlice> SliceAudit::take_block() {
  const std::scoped_lock lock(mutex_);
  return blocks_.take();
}

std::optional<AuditedSlice> SliceAudit::take_slice() {
  const std::scoped_lock lock(mutex_);
  return goes_on() ? slices_.take() : std::nullopt;
}

void SliceAudit::compute(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    cut_blocks();
    const auto slice = take_slice();
    if (!slice) {
      if (!has_slices()) {
        return;
      }
      continue;
    }
    try {
      compute(*slice);
    } catch (const runtime::Error&) {
      const std::scoped_lock lock(mutex_);
      failure_ = std::current_exception();
    } catch (const std::exception& error) {
      log_.error("a slice cannot be computed here", {{"block_id", slice->key.block.value}, {"message", error.what()}});
    }
  }
}

void SliceAudit::cut_blocks() {
  const auto enough = core::Deadline::in(cut_at_once);
  do {
    const auto block = take_block();
    if (!block) {
      return;
    }
    cut(*block);
  } while (!enough.has_passed());
}

void SliceAudit::cut(const AuditedSlice& block) {
  const bool may_be_cut = !search::refuse_block(*block.strategy, block.block, block.parameters);
  for (search::Position at = block.block.begin; may_be_cut && at < block.block.end;) {
    const auto end = block.strategy->part_end(block.block, at, block.parameters);
    if (!end) {
      break;
    }
    ROBIN_ASSERT(at < *end && *end <= block.block.end, "parts tile their block");
    const std::scoped_lock lock(mutex_);
    if (slices_.pass(1) == 0) {
      AuditedSlice slice = block;
      slice.part = {at, *end};
      slices_.keep(std::move(slice));
    }
    at = *end;
  }
  const std::scoped_lock lock(mutex_);
  ++cut_;
}

void SliceAudit::compute(const AuditedSlice& slice) {
  const auto stored = read_(slice.search, slice.block);
  if (!stored || stored->key != slice.key || stored->range != slice.block) {
    return;
  }
  std::string what = slice.strategy->contradiction(slice.block, stored->result.findings, slice.part, slice.parameters);
  vitals_.count(metrics::audit_slices, {{"strategy", std::string(slice.strategy->name())},
                                        {"result", what.empty() ? "agrees" : "contradicts"}});
  const std::scoped_lock lock(mutex_);
  ++computed_;
  vitals_.set(metrics::audit_share, counts_so_far().share());
  if (!what.empty()) {
    found_.push_back({slice, stored->worker,
                      "computed again, its slice [" + slice.strategy->text(slice.part.begin) + ", " +
                          slice.strategy->text(slice.part.end) + ") contradicts it: " + std::move(what)});
  }
}

}  // namespace robin::flow
