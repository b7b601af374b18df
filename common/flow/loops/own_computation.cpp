#include "flow/loops/own_computation.hpp"

#include <exception>
#include <utility>

#include "flow/loops/test_points.hpp"
#include "math/thread_caches.hpp"
#include "search/examine.hpp"

namespace robin::flow {
namespace {

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

std::optional<std::string> OwnComputation::digest(const Case& of, const OwnWork& work, const SearchSpec& spec,
                                                  const search::Strategies& strategies) {
  while (!done_.is_empty()) {
    if (auto done = done_.take(core::Deadline::in(core::Milliseconds(0)), {})) {
      known_.insert_or_assign(done->key, std::move(done->digest));
      busy_with_.reset();
    }
  }
  const Key key{of.block, of.range.end, work.of_refinement};
  if (const auto known = known_.find(key); known != known_.end()) {
    return known->second;
  }
  const search::Strategy* strategy = strategies.find(spec.strategy);
  if (strategy == nullptr || search::refuse_block(*strategy, of.range, spec.parameters)) {
    return std::string();
  }
  if (is_busy()) {
    block_waits_ = true;
    if (works_meanwhile_) {
      thread_.request_stop();
    }
    return std::nullopt;
  }
  busy_with_ = key;
  log_.info("a block is computed here", {{"block_id", of.block.value}});
  thread_ = std::jthread(
      [this, key, strategy, block = of.range, parameters = spec.parameters, work](const std::stop_token& stop) {
        std::optional<std::string> digest;
        try {
          digest = computed(*strategy, block, parameters, work, stop);
        } catch (const std::exception& error) {
          log_.error("a block cannot be computed here", {{"block_id", key.block.value}, {"message", error.what()}});
          digest.emplace();
        }
        math::release_thread_caches();
        if (digest) {
          done_.put({key, *std::move(digest)});
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
