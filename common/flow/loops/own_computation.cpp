#include "flow/loops/own_computation.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "flow/loops/test_points.hpp"
#include "math/thread_caches.hpp"
#include "search/examine.hpp"

namespace robin::flow {
namespace {

/// What is stored of the block, once for each digest; nothing if it is not what its digest says.
std::vector<search::BlockResult> differing_results(const search::Strategy& strategy, const Case& of,
                                                   const OwnComputation::Read& read) {
  std::map<std::string, search::BlockResult> results;
  for (const auto& vote : of.votes) {
    if (vote.key.purpose.kind == Purpose::Kind::Refine || results.contains(vote.digest)) {
      continue;
    }
    auto stored = read(vote.key);
    if (!stored || stored->result.block != of.range ||
        search::exact_digest(strategy, of.range, stored->result.findings) != vote.digest) {
      return {};
    }
    results.emplace(vote.digest, std::move(stored->result));
  }
  std::vector<search::BlockResult> all;
  for (auto& [digest, result] : results) {
    all.push_back(std::move(result));
  }
  return all;
}

/// The digest of the only result that stands in the slices in which they differ; nullopt: these do not tell.
std::optional<std::string> decided_by_slices(const search::Strategy& strategy, const search::Block& block,
                                             const search::Parameters& parameters,
                                             std::vector<search::BlockResult> results, const std::stop_token& stop) {
  if (results.size() < 2) {
    return std::nullopt;
  }
  std::set<search::Position> positions;
  for (std::size_t i = 1; i < results.size(); ++i) {
    const auto places = strategy.where_they_differ(block, results.front().findings, results[i].findings);
    positions.insert(places.begin(), places.end());
  }
  for (const search::Block& part : search::parts_with(strategy, block, positions, parameters)) {
    std::erase_if(results, [&](const auto& result) {
      return !stop.stop_requested() && !strategy.contradiction(block, result.findings, part, parameters).empty();
    });
  }
  return results.size() == 1 && !stop.stop_requested() ? std::optional(std::move(results.front().digest))
                                                       : std::nullopt;
}

/// nullopt: stopped. Empty: this block cannot be computed so.
std::optional<std::string> computed(const search::Strategy& strategy, const search::Block& block,
                                    const search::Parameters& parameters, const OwnWork& work,
                                    const std::stop_token& stop) {
  if (work.of_refinement) {
    return strategy.refuse_refinement(block, work.origin)
               ? std::string()
               : search::exact_digest(strategy, block, strategy.refine(block, parameters, work.origin));
  }
  search::ExamineOptions options;
  options.stop = stop;
  options.before_slice = slice_point;
  auto result = search::examine(strategy, block, parameters, options);
  return result.block == block ? std::optional(std::move(result.digest)) : std::nullopt;
}

}  // namespace

OwnComputation::~OwnComputation() = default;

std::optional<OwnComputation::Outcome> OwnComputation::outcome(const Case& of, const OwnWork& work,
                                                               const SearchSpec& spec,
                                                               const search::Strategies& strategies, const Read& read) {
  while (!done_.is_empty()) {
    if (auto done = done_.take(core::Deadline::in(core::Milliseconds(0)), {})) {
      known_.insert_or_assign(done->key, std::move(done->outcome));
      busy_with_.reset();
    }
  }
  Key key{of.block, of.range.end, work.of_refinement, {}};
  const bool may_be_slices = work.may_be_slices && spec.parameters.digest == search::DigestKind::Exact;
  for (const auto& vote : of.votes) {
    if (may_be_slices) {
      key.digests.insert(vote.digest);
    }
  }
  if (const auto known = known_.find(key); known != known_.end()) {
    return known->second;
  }
  const search::Strategy* strategy = strategies.find(spec.strategy);
  if (strategy == nullptr || search::refuse_block(*strategy, of.range, spec.parameters)) {
    return Outcome();
  }
  if (is_busy()) {
    block_waits_ = true;
    if (works_meanwhile_) {
      thread_.request_stop();
    }
    return std::nullopt;
  }
  auto results = may_be_slices ? differing_results(*strategy, of, read) : std::vector<search::BlockResult>();
  log_.info("a block is computed here", {{"block_id", of.block.value}});
  busy_with_ = key;
  thread_ = std::jthread([this, key, strategy, block = of.range, parameters = spec.parameters, work,
                          results = std::move(results)](const std::stop_token& stop) {
    std::optional<std::string> digest;
    bool is_by_slices = false;
    try {
      digest = decided_by_slices(*strategy, block, parameters, results, stop);
      is_by_slices = digest.has_value();
      if (!is_by_slices) {
        digest = computed(*strategy, block, parameters, work, stop);
      }
    } catch (const std::exception& error) {
      log_.error("a block cannot be computed here", {{"block_id", key.block.value}, {"message", error.what()}});
      digest.emplace();
    }
    math::release_thread_caches();
    if (digest) {
      done_.put({key, {*std::move(digest), is_by_slices}});
      told_();
    }
  });
  return std::nullopt;
}

void OwnComputation::do_meanwhile(std::function<void(const std::stop_token&)> work) {
  if (is_busy() || block_waits_) {
    return;
  }
  works_meanwhile_ = true;
  thread_ = std::jthread([this, work = std::move(work)](const std::stop_token& stop) {
    work(stop);
    math::release_thread_caches();
    works_meanwhile_ = false;
    told_();
  });
}

void OwnComputation::forget(BlockId block) {
  std::erase_if(known_, [block](const auto& one) { return one.first.block == block; });
}

}  // namespace robin::flow
