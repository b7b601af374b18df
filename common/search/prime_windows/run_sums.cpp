#include "search/prime_windows/run_sums.hpp"

#include <algorithm>
#include <utility>

#include "search/prime_windows/number_words.hpp"

namespace robin::search::prime_windows {
namespace {

/// How long slices are at least, so that there are at most so many.
std::uint64_t length_for(std::uint64_t begin, std::uint64_t end, std::size_t slices) {
  return (end - begin) / slices + 1;
}

/// A slice that begins at `at` ends with the window that reaches this far.
std::uint64_t goal_after(std::uint64_t at, std::uint64_t begin, std::uint64_t length) {
  return begin + ((at - begin) / length + 1) * length;
}

}  // namespace

core::Refusal unreadable(const char* key) { return {std::string(key) + ": missing or not readable"}; }

void write(const RunSums& run, Extras& extras) {
  extras["primes"] = words_of(run.primes);
  extras["sums"] = words_of(run.sums);
  if (run.origin) {
    extras["origin"] = words_of(*run.origin);
  }
  if (run.margin) {
    extras["margin"] = words_of(*run.margin);
  }
  std::string& slices = extras["slices"];
  for (const auto& slice : run.slices) {
    slices += (slices.empty() ? "" : "; ") + words({std::to_string(slice.end), std::to_string(slice.primes.count),
                                                    decimal(slice.primes.sum), words_of(slice.sums)});
  }
  if (!run.slice_bounds.empty()) {
    std::string& bounds = extras["slice_bounds"];
    for (const int128 value : run.slice_bounds) {
      bounds += (bounds.empty() ? "" : " ") + decimal(value);
    }
  }
}

std::optional<core::Refusal> read(const Extras& extras, RunSums& run) {
  if (!read_words(extras, "primes", [&](NumberReader& reader) { run.primes = reader.primes(); })) {
    return unreadable("primes");
  }
  if (!read_words(extras, "sums", [&](NumberReader& reader) { run.sums = reader.sums(); })) {
    return unreadable("sums");
  }
  if (extras.contains("origin") &&
      !read_words(extras, "origin", [&](NumberReader& reader) { run.origin = reader.sums(); })) {
    return unreadable("origin");
  }
  if (extras.contains("margin") &&
      !read_words(extras, "margin", [&](NumberReader& reader) { run.margin = reader.margin(); })) {
    return unreadable("margin");
  }
  if (!read_words(extras, "slices", [&](NumberReader& reader) {
        while (reader.has_more() && run.slices.size() < slices_max) {
          if (!run.slices.empty()) {
            reader.expect(';');
          }
          SliceSums slice{};
          slice.end = reader.small();
          slice.primes = reader.primes();
          slice.sums = reader.sums();
          run.slices.push_back(slice);
        }
      })) {
    return unreadable("slices");
  }
  // Bounds are of a block that does not know where it begins.
  if (!run.origin && !read_words(extras, "slice_bounds", [&](NumberReader& reader) {
        for (std::size_t i = 0; i < run.slices.size(); ++i) {
          run.slice_bounds.push_back(reader.signed_number());
        }
      })) {
    return unreadable("slice_bounds");
  }
  return std::nullopt;
}

bool adds_up(const Block& block, const RunSums& run) {
  // No block is so long that it adds more to L; so no partial sum wraps around.
  constexpr unsigned log_end = log_bits + 62;
  if ((run.sums.log_hi >> log_end) != 0) {
    return false;
  }
  PrimeSums primes;
  StepSums sums;
  auto at = static_cast<std::uint64_t>(block.begin.ordinal);
  for (const SliceSums& slice : run.slices) {
    if (slice.end <= at || block.end < Position{slice.end} || slice.sums.log_hi > run.sums.log_hi - sums.log_hi) {
      return false;
    }
    at = slice.end;
    // Where no prime lies between, sums alone would not tell an end from its neighbour.
    const bool is_on_grid = at == windows_begin || (at > windows_begin && window_end(at - 1) == at);
    if (!is_on_grid && Position{at} != block.end) {
      return false;
    }
    primes += slice.primes;
    sums += slice.sums;
  }
  return at == static_cast<std::uint64_t>(block.end.ordinal) && primes == run.primes && sums == run.sums;
}

std::uint64_t slice_end_in(std::uint64_t block_begin, std::uint64_t block_end, std::uint64_t at) {
  const std::uint64_t goal = goal_after(at, block_begin, length_for(block_begin, block_end, slices_max));
  return goal < block_end ? std::min(window_end(goal - 1), block_end) : block_end;
}

Slicing::Slicing(std::uint64_t begin, std::uint64_t end, RunSums& run)
    : begin_(begin),
      end_(end),
      run_(run),
      slice_length_(length_for(begin, end, slices_max - run.slices.size())),
      slice_end_(goal_after(begin, begin, slice_length_)) {}

bool Slicing::take(const WindowTally& window, const StepSums& sums) {
  slice_.primes += {window.count, window.prime_sum()};
  slice_.sums += sums;
  if (window.end < slice_end_ && window.end != end_) {
    return false;
  }
  slice_.end = window.end;
  run_.primes += slice_.primes;
  run_.sums += slice_.sums;
  run_.slices.push_back(std::exchange(slice_, {}));
  slice_end_ = goal_after(window.end, begin_, slice_length_);
  return true;
}

}  // namespace robin::search::prime_windows
