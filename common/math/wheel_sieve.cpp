#include "math/wheel_sieve.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "core/contract.hpp"
#include "core/for_each_cpu.hpp"
#include "math/far_primes.hpp"
#include "math/near_primes.hpp"
#include "math/pattern_sieve.hpp"
#include "math/primes.hpp"
#include "math/wheel_turn.hpp"

namespace robin::math {
namespace {

static_assert(std::endian::native == std::endian::little, "bytes are read as words");

constexpr std::uint64_t begin_min = std::uint64_t{1} << 10U;
constexpr std::uint64_t end_max = std::uint64_t{1} << 53U;

/// Sieving primes below leave whole rounds behind, which may reach this far over both ends of a segment.
constexpr std::uint64_t small_end = std::uint64_t{1} << 14U;

/// The multiples of p = 30 q + r that are coprime to 30 come in rounds of eight: those by 30 a + s, s the residues, lie
/// in the bytes p a + q s + floor(r s/30), at the bit of r s mod 30. All but q and a is known at compile time.
template <std::uint32_t Residue, std::size_t Phase>
struct Multiple {
  static constexpr WheelTurn turn = turn_of(residue_index(Residue), Phase);
  static constexpr std::uint32_t factor = wheel_residues[Phase];
  static constexpr std::uint32_t byte = Residue * factor / static_cast<std::uint32_t>(wheel_span);
};

/// A prime that crosses a segment in whole rounds.
struct SmallPrime {
  std::uint32_t prime;
  /// The byte where its next round begins, from the segment's begin; as low as -prime.
  std::int32_t round;
};

template <std::uint32_t Residue>
void cross_rounds(std::uint8_t* segment, std::int64_t end, std::vector<SmallPrime>& primes) {
  for (SmallPrime& sieving : primes) {
    const std::uint64_t q = sieving.prime / wheel_span;
    std::int64_t round = sieving.round;
    for (; round < end; round += sieving.prime) {
      std::uint8_t* const at = segment + round;
      [&]<std::size_t... Phase>(std::index_sequence<Phase...> /*phases*/) {
        ((at[q * Multiple<Residue, Phase>::factor + Multiple<Residue, Phase>::byte] &=
          Multiple<Residue, Phase>::turn.mask),
         ...);
      }
      (std::make_index_sequence<phases>());
    }
    sieving.round = static_cast<std::int32_t>(round);
  }
}

/// A prime that crosses a segment multiple by multiple, and lies in the list of its residue and of its next multiple's
/// phase: so what follows is known, and mostly foreseen by the CPU.
struct MediumPrime {
  std::uint32_t q;
  /// The byte of its next multiple, from the segment's begin.
  std::uint32_t at;
};
struct PhaseList {
  MediumPrime* begin = nullptr;
  MediumPrime* end = nullptr;
};
using PhaseLists = std::array<PhaseList, phases>;

template <std::uint32_t Residue>
class Crossing {
 public:
  Crossing(std::uint8_t* segment, std::uint32_t size, PhaseLists& next) : segment_(segment), size_(size), next_(next) {}

  template <std::size_t Phase>
  void cross(const PhaseList& primes) {
    for (const MediumPrime* sieving = primes.begin; sieving != primes.end; ++sieving) {
      const std::uint32_t q = sieving->q;
      std::uint32_t at = sieving->at;
      if (cross_rest<Phase>(q, at, std::make_index_sequence<phases - Phase>())) {
        while (cross_rest<0>(q, at, std::make_index_sequence<phases>())) {
        }
      }
    }
  }

 private:
  /// To the round's end; false if the segment ends before.
  template <std::size_t First, std::size_t... I>
  ROBIN_INLINE bool cross_rest(std::uint32_t q, std::uint32_t& at, std::index_sequence<I...> /*phases*/) {
    return (cross_one<First + I>(q, at) && ...);
  }

  template <std::size_t Phase>
  ROBIN_INLINE bool cross_one(std::uint32_t q, std::uint32_t& at) {
    using Here = Multiple<Residue, Phase>;
    if (at >= size_) {
      *next_[Phase].end++ = {q, at - size_};
      return false;
    }
    segment_[at] &= Here::turn.mask;
    at += q * Here::turn.gap + Here::turn.carry;
    return true;
  }

  std::uint8_t* segment_;
  std::uint32_t size_;
  PhaseLists& next_;
};

template <typename Visit>
void for_each_phase(const Visit& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...> /*phases*/) { (visit.template operator()<I>(), ...); }
  (std::make_index_sequence<phases>());
}

/// The primes above those of patterns up to `root`, kept by this thread: slices of a block have nearly the same.
const std::vector<std::uint32_t>& sieving_primes(std::uint64_t root) {
  thread_local std::vector<std::uint32_t> primes;
  thread_local std::uint64_t known_to = 0;
  if (root > known_to) {
    // A little more, so that the next slice finds its own here.
    known_to = root + root / 64;
    primes.clear();
    for_each_prime_run(last_pattern_prime + 1, known_to + 1, [](const std::uint64_t* first, const std::uint64_t* last) {
      std::transform(first, last, std::back_inserter(primes),
                     [](std::uint64_t prime) { return static_cast<std::uint32_t>(prime); });
    });
  }
  return primes;
}

/// The sieve's state from segment to segment; all numbers of bytes are counted from 0. A thread keeps one, with its
/// memory, from range to range.
class WheelSieve {
 public:
  /// For the bytes [first, last), both multiples of a word's; sieves up to `end`.
  void start(std::uint64_t first, std::uint64_t last, std::uint64_t end, const SievePlan& plan) {
    at_ = first;
    plan_ = plan;
    memory_.resize((small_end + plan.segment_bytes + small_end) / sizeof(std::uint64_t));
    // Exact up to 2^53: a root that is rounded is never below a whole number that the true one reaches.
    const auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(end - 1)));
    const std::vector<std::uint32_t>& primes = sieving_primes(root);
    const auto first_from = [&primes](std::uint64_t limit) {
      return primes.data() + (std::lower_bound(primes.begin(), primes.end(), limit) - primes.begin());
    };
    const std::uint32_t* const stop = first_from(root + 1);
    const std::uint32_t* const medium = std::min(stop, first_from(small_end));
    const std::uint32_t* const near = std::max(medium, std::min(stop, first_from(plan.near_begin)));
    const std::uint32_t* const far = std::max(near, std::min(stop, first_from(plan.far_begin)));
    for (auto& list : small_) {
      list.clear();
    }
    std::for_each(primes.data(), medium, [&](std::uint32_t prime) {
      small_[residue_index(prime)].push_back({prime, -static_cast<std::int32_t>(first % prime)});
    });
    start_medium(medium, near);
    near_.start(near, far, first, plan.segment_bytes, plan.vectors);
    far_.start(far, stop, first, last, plan.segment_bytes);
  }

  /// The next `size` bytes, as many as the plan's segments have but for the last one.
  PrimeBits next(std::uint64_t size) {
    std::uint64_t* const words = memory_.data() + small_end / sizeof(std::uint64_t);
    auto* const segment = reinterpret_cast<std::uint8_t*>(words);  // NOLINT(*reinterpret-cast): the bytes of words
    cross_small(segment, size);
    for_each_phase([&]<std::size_t I>() { cross_medium<I>(segment, static_cast<std::uint32_t>(size)); });
    near_.cross(segment, static_cast<std::uint32_t>(size));
    far_.cross(segment);
    at_ += size;
    return {wheel_span * (at_ - size), {words, size / sizeof(std::uint64_t)}};
  }

 private:
  void start_medium(const std::uint32_t* begin, const std::uint32_t* end) {
    std::array<std::size_t, phases> counts{};
    std::for_each(begin, end, [&counts](std::uint32_t prime) { ++counts[residue_index(prime)]; });
    // Any list may come to hold all primes of its residue.
    const std::size_t needed = 2 * phases * static_cast<std::size_t>(end - begin);
    if (medium_capacity_ < needed) {
      medium_memory_.reset();
      medium_memory_ = std::make_unique_for_overwrite<MediumPrime[]>(needed);  // NOLINT(*c-arrays): a size known late
      medium_capacity_ = needed;
    }
    MediumPrime* free = medium_memory_.get();
    for (std::size_t residue = 0; residue < phases; ++residue) {
      for (PhaseLists* lists : {&medium_[residue], &medium_next_[residue]}) {
        for (PhaseList& list : *lists) {
          list = {free, free};
          free += counts[residue];
        }
      }
    }
    std::for_each(begin, end, [&](std::uint32_t prime) {
      const FirstMultiple multiple = first_multiple(prime, at_);
      *medium_[residue_index(prime)][multiple.phase].end++ = {prime / static_cast<std::uint32_t>(wheel_span),
                                                              static_cast<std::uint32_t>(multiple.at)};
    });
  }

  void cross_small(std::uint8_t* segment, std::uint64_t size) {
    const auto by_patterns = [&](std::uint64_t from) {
      if (from < size) {
        sieve_by_patterns(segment + from, at_ + from, std::min(plan_.stretch_bytes, size - from));
      }
    };
    by_patterns(0);
    for (std::uint64_t from = 0; from < size; from += plan_.stretch_bytes) {
      // One stretch ahead of the rounds, which reach into it.
      by_patterns(from + plan_.stretch_bytes);
      const auto end = static_cast<std::int64_t>(std::min(from + plan_.stretch_bytes, size));
      for_each_phase([&]<std::size_t I>() { cross_rounds<wheel_residues[I]>(segment, end, small_[I]); });
    }
    for (auto& primes : small_) {
      for (SmallPrime& sieving : primes) {
        // A round that reaches over the segment's end comes once more, before the next one's begin.
        sieving.round -= static_cast<std::int32_t>(size);
        if (sieving.round > 0) {
          sieving.round -= static_cast<std::int32_t>(sieving.prime);
        }
      }
    }
  }

  template <std::size_t I>
  void cross_medium(std::uint8_t* segment, std::uint32_t size) {  // NOLINT(readability-non-const-parameter)
    for (PhaseList& list : medium_next_[I]) {
      list.end = list.begin;
    }
    Crossing<wheel_residues[I]> crossing(segment, size, medium_next_[I]);
    for_each_phase([&]<std::size_t Phase>() { crossing.template cross<Phase>(medium_[I][Phase]); });
    std::swap(medium_[I], medium_next_[I]);
  }

  std::uint64_t at_ = 0;
  SievePlan plan_{};
  std::array<std::vector<SmallPrime>, phases> small_;
  std::array<PhaseLists, phases> medium_;
  std::array<PhaseLists, phases> medium_next_;
  std::unique_ptr<MediumPrime[]> medium_memory_;  // NOLINT(*c-arrays): not initialised
  std::size_t medium_capacity_ = 0;
  NearPrimes near_;
  FarPrimes far_;
  /// A segment between two margins, into which rounds of small primes may reach.
  std::vector<std::uint64_t> memory_;
};

std::uint64_t divided_up(std::uint64_t dividend, std::uint64_t divisor) { return (dividend + divisor - 1) / divisor; }

}  // namespace

bool is_wheel_sieve_range(std::uint64_t begin, std::uint64_t end) {
  return begin_min <= begin && begin < end && end <= end_max && divided_up(end, begin) <= begin;
}

void for_each_prime_bits(std::uint64_t begin, std::uint64_t end, const std::function<void(const PrimeBits&)>& visit,
                         const SievePlan& plan) {
  ROBIN_ASSERT(is_wheel_sieve_range(begin, end), "no sieving prime lies in the range");
  const std::uint64_t first = begin / word_span;
  const std::uint64_t last = divided_up(end, word_span);
  const std::uint64_t length = plan.segment_bytes / sizeof(std::uint64_t);
  thread_local WheelSieve sieve;
  sieve.start(first * sizeof(std::uint64_t), last * sizeof(std::uint64_t), end, plan);
  for (std::uint64_t at = first; at < last; at += length) {
    visit(sieve.next(std::min(length, last - at) * sizeof(std::uint64_t)));
  }
}

}  // namespace robin::math
