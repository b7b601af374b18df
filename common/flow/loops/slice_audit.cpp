#include "flow/loops/slice_audit.hpp"

#include <utility>

#include "core/contract.hpp"
#include "flow/loops/metrics.hpp"
#include "runtime/error.hpp"

namespace robin::flow {
namespace {

/// What the loop has not asked for: then nothing more is computed.
constexpr std::size_t found_max = 100;

}  // namespace

SliceAudit::SliceAudit(const Options& options, Read read, runtime::Log& log)
    : share_(options.share),
      vitals_(options.vitals),
      read_(std::move(read)),
      log_(log),
      sample_(options.share, options.kept_max, options.draws) {
  vitals_.set(metrics::audit_share, 0);
}

void SliceAudit::see(const SearchRecord& record, const search::Strategy& strategy, const Audit& audit,
                     const std::map<std::string, std::string>& origin) {
  const search::Parameters& parameters = record.spec.parameters;
  if (share_ == 0 || search::refuse_block(strategy, audit.range, parameters)) {
    return;
  }
  const std::scoped_lock lock(mutex_);
  for (search::Position begin = audit.range.begin; begin < audit.range.end;) {
    const auto end = strategy.part_end(audit.range, begin, parameters);
    if (!end) {
      return;
    }
    ROBIN_ASSERT(begin < *end && *end <= audit.range.end, "parts tile their block");
    if (sample_.pass(1) == 0) {
      sample_.keep({record.id, audit.accepted, audit.range, {begin, *end}, origin, &strategy, parameters});
    }
    begin = *end;
  }
}

std::vector<SliceAudit::Found> SliceAudit::found() {
  const std::scoped_lock lock(mutex_);
  if (failure_) {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
  return std::exchange(found_, {});
}

bool SliceAudit::has_slices() const {
  const std::scoped_lock lock(mutex_);
  return !sample_.is_empty() && found_.size() < found_max && !failure_;
}

bool SliceAudit::is_done() const {
  const std::scoped_lock lock(mutex_);
  return sample_.is_empty() && found_.empty() && !failure_;
}

SliceAudit::Counts SliceAudit::counts() const {
  const std::scoped_lock lock(mutex_);
  return {sample_.seen(), computed_};
}

std::optional<AuditedSlice> SliceAudit::take() {
  const std::scoped_lock lock(mutex_);
  return found_.size() < found_max && !failure_ ? sample_.take() : std::nullopt;
}

void SliceAudit::compute(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto slice = take();
    if (!slice) {
      return;
    }
    try {
      compute(*slice);
    } catch (const runtime::Error&) {
      const std::scoped_lock lock(mutex_);
      failure_ = std::current_exception();
    } catch (const std::exception& error) {
      log_.error("a slice cannot be computed here",
                 {{"block_id", slice->key.block.value}, {"message", error.what()}});
    }
  }
}

void SliceAudit::compute(const AuditedSlice& slice) {
  const auto stored = read_(slice.search, slice.block);
  if (!stored || stored->key != slice.key || stored->range != slice.block) {
    return;
  }
  std::string what =
      slice.strategy->contradiction(slice.block, stored->result.findings, slice.part, slice.parameters);
  vitals_.count(metrics::audit_slices, {{"strategy", std::string(slice.strategy->name())},
                                        {"result", what.empty() ? "agrees" : "contradicts"}});
  const std::scoped_lock lock(mutex_);
  ++computed_;
  vitals_.set(metrics::audit_share, Counts{sample_.seen(), computed_}.share());
  if (!what.empty()) {
    found_.push_back({slice, stored->worker,
                      "computed again, its slice [" + slice.strategy->text(slice.part.begin) + ", " +
                          slice.strategy->text(slice.part.end) + ") contradicts it: " + std::move(what)});
  }
}

}  // namespace robin::flow
