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
  Assembly(const Block& block, DigestKind digest, const ExamineOptions& options)
      : result_{{block.begin, block.begin}, {}, {}}, digest_(digest), options_(options) {}

  /// What comes after is not wanted.
  [[nodiscard]] bool has_enough() const { return result_.findings.witnesses.size() >= options_.witnesses_enough; }

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
    if (result_.findings.witnesses.size() > options_.witnesses_max) {
      throw std::length_error("the block keeps more than " + std::to_string(options_.witnesses_max) +
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
  const ExamineOptions& options_;
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
        give(ticket->number, {strategy_.examine(ticket->block, parameters), nullptr});
      } catch (...) {
        give(ticket->number, {std::nullopt, std::current_exception()});
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
  /// What became of a slice; nothing at first.
  struct Outcome {
    std::optional<Slice> slice;
    std::exception_ptr failure;
  };
  struct Place {
    Position end;
    Outcome outcome;
  };

  std::optional<Ticket> take(const Parameters& parameters) {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [this] { return places_.size() < slices_ahead_per_thread * options_.threads || is_over_; });
    if (is_over_ || rest_.is_empty() || options_.stop.stop_requested()) {
      return std::nullopt;
    }
    const Position end = std::min(strategy_.slice_end(rest_.begin, parameters), rest_.end);
    const Block slice{rest_.begin, end};
    rest_.begin = end;
    places_.push_back({end, {}});
    return Ticket{first_place_ + places_.size() - 1, slice};
  }

  /// A failure counts in its turn, too: none does that comes after enough, as with one thread.
  void give(std::size_t number, Outcome&& outcome) {
    const std::scoped_lock lock(mutex_);
    is_over_ = is_over_ || outcome.failure;
    places_[number - first_place_].outcome = std::move(outcome);
    while (!places_.empty() && !failure_ && !assembly_.has_enough() && append(places_.front())) {
      places_.pop_front();
      ++first_place_;
    }
    is_over_ = is_over_ || assembly_.has_enough();
    space_.notify_all();
  }

  /// Whether the slice was there, and is now part of the whole.
  bool append(Place& place) {
    failure_ = place.outcome.failure;
    if (!place.outcome.slice) {
      return false;
    }
    try {
      assembly_.append_slice(place.end, *std::move(place.outcome.slice));
    } catch (...) {
      failure_ = std::current_exception();
      is_over_ = true;
    }
    return !failure_;
  }

  const Strategy& strategy_;
  Block rest_;
  Assembly& assembly_;
  const ExamineOptions& options_;
  std::mutex mutex_;
  std::condition_variable space_;
  std::deque<Place> places_;
  std::size_t first_place_ = 0;
  /// No further slice is begun.
  bool is_over_ = false;
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
  ROBIN_ASSERT(options.witnesses_enough >= 1, "what is examined has a slice");
  Assembly assembly(block, parameters.digest, options);
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
