#include "search/examine.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "core/contract.hpp"
#include "math/thread_caches.hpp"
#include "search/sha256.hpp"

namespace robin::search {
namespace {

/// How far threads may run ahead of the first slice that is not finished, in slices a thread: bounds memory.
constexpr std::size_t slices_ahead_per_thread = 4;

/// Appends slices in the order of their positions and hashes their text.
class Assembly {
 public:
  Assembly(const Block& block, DigestKind digest, std::size_t witnesses_max)
      : result_{{block.begin, block.begin}, {}, {}}, digest_(digest), witnesses_max_(witnesses_max) {}

  void append_slice(Position end, Slice&& slice) {
    if (digest_ == DigestKind::Original) {
      if (!slice.original_text.empty() && std::exchange(any_text_, true)) {
        original_.update(",");
      }
      original_.update(slice.original_text);
    }
    append(result_.findings, std::move(slice.findings));
    tally_.insert(tally_.end(), slice.tally.begin(), slice.tally.end());
    result_.block.end = end;
    if (result_.findings.witnesses.size() > witnesses_max_) {
      throw std::length_error("the block keeps more than " + std::to_string(witnesses_max_) +
                              " witnesses: raise the threshold or make blocks smaller");
    }
  }

  [[nodiscard]] BlockResult finish(const Strategy& strategy, const Parameters& parameters) && {
    if (!result_.block.is_empty()) {
      strategy.conclude(result_.block, parameters, tally_, result_.findings);
    }
    result_.digest =
        digest_ == DigestKind::Original ? original_.hex() : exact_digest(strategy, result_.block, result_.findings);
    return std::move(result_);
  }

 private:
  BlockResult result_;
  DigestKind digest_;
  std::size_t witnesses_max_;
  Tally tally_;
  Sha256 original_;
  bool any_text_ = false;
};

/// Hands out slices to threads and takes them back in order.
class SliceQueue {
 public:
  SliceQueue(const Strategy& strategy, const Block& block, Assembly& assembly, const ExamineOptions& options)
      : strategy_(strategy), rest_(block), assembly_(assembly), options_(options) {}

  /// What each thread runs.
  void work(const Parameters& parameters) {
    while (const auto ticket = take(parameters)) {
      try {
        options_.before_slice();
        give(ticket->number, strategy_.examine(ticket->block, parameters));
      } catch (...) {
        fail(std::current_exception());
      }
    }
  }

  void rethrow_failure() const {
    if (failure_) {
      std::rethrow_exception(failure_);
    }
  }

 private:
  struct Ticket {
    std::size_t number;
    Block block;
  };
  struct Place {
    Position end;
    std::optional<Slice> slice;
  };

  std::optional<Ticket> take(const Parameters& parameters) {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [this] { return places_.size() < slices_ahead_per_thread * options_.threads || failure_; });
    if (failure_ || rest_.is_empty() || options_.stop.stop_requested()) {
      return std::nullopt;
    }
    const Position end = std::min(strategy_.slice_end(rest_.begin, parameters), rest_.end);
    const Block slice{rest_.begin, end};
    rest_.begin = end;
    places_.push_back({end, std::nullopt});
    return Ticket{first_place_ + places_.size() - 1, slice};
  }

  void give(std::size_t number, Slice&& slice) {
    const std::scoped_lock lock(mutex_);
    places_[number - first_place_].slice = std::move(slice);
    while (!places_.empty() && places_.front().slice && !failure_) {
      assembly_.append_slice(places_.front().end, *std::move(places_.front().slice));
      places_.pop_front();
      ++first_place_;
    }
    space_.notify_all();
  }

  void fail(std::exception_ptr failure) {
    const std::scoped_lock lock(mutex_);
    if (!failure_) {
      failure_ = std::move(failure);
    }
    space_.notify_all();
  }

  const Strategy& strategy_;
  Block rest_;
  Assembly& assembly_;
  const ExamineOptions& options_;
  std::mutex mutex_;
  std::condition_variable space_;
  std::deque<Place> places_;
  std::size_t first_place_ = 0;
  std::exception_ptr failure_;
};

void add_lines(std::string& text, std::string_view kind, const std::vector<Witness>& list) {
  for (const auto& witness : list) {
    text.append(kind).append(" ").append(witness.factorization).append("\n");
  }
}

}  // namespace

BlockResult examine(const Strategy& strategy, const Block& block, const Parameters& parameters,
                    const ExamineOptions& options) {
  ROBIN_ASSERT(!refuse_block(strategy, block, parameters), "only a block that may be examined is examined");
  ROBIN_ASSERT(options.threads >= 1, "there is at least one thread");
  Assembly assembly(block, parameters.digest, options.witnesses_max);
  SliceQueue queue(strategy, block, assembly, options);
  {
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < options.threads; ++i) {
      helpers.emplace_back([&] {
        queue.work(parameters);
        math::release_thread_caches();
      });
    }
    queue.work(parameters);
  }
  queue.rethrow_failure();
  return std::move(assembly).finish(strategy, parameters);
}

std::string exact_digest(const Strategy& strategy, const Block& block, const Findings& findings) {
  std::string text = "robin exact 1\nstrategy " + std::string(strategy.name()) + "\nbegin " +
                     strategy.text(block.begin) + "\nend " + strategy.text(block.end) + "\ncandidates " +
                     math::Integer::from_uint128(findings.candidates).to_decimal() + "\n";
  for (const auto& [key, value] : findings.extras) {
    if (strategy.is_hashed(key)) {
      text.append(key).append(" ").append(value).append("\n");
    }
  }
  add_lines(text, "violation", findings.violations);
  add_lines(text, "witness", findings.witnesses);
  add_lines(text, "undecided", findings.undecided);
  return Sha256::hex_of(text);
}

}  // namespace robin::search
