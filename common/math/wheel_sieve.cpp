#include "math/wheel_sieve.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "core/contract.hpp"
#include "core/for_each_cpu.hpp"
#include "math/primes.hpp"

namespace robin::math {
namespace {

static_assert(std::endian::native == std::endian::little, "bytes are read as words");

constexpr std::uint64_t begin_min = std::uint64_t{1} << 10U;
constexpr std::uint64_t end_max = std::uint64_t{1} << 44U;
constexpr std::size_t phases = wheel_residues.size();

/// A run of bytes that stays in the first-level cache while the small primes cross it.
constexpr std::uint64_t stretch_bytes = std::uint64_t{1} << 15U;
/// A segment stays in the second-level cache. Above 2^40 there are so many sieving primes that fewer visits to each are
/// worth more than that.
constexpr std::uint64_t segment_bytes = std::uint64_t{1} << 19U;
constexpr std::uint64_t large_segment_bytes = std::uint64_t{1} << 21U;
constexpr std::uint64_t large_segments_begin = std::uint64_t{1} << 40U;
/// Sieving primes below leave whole rounds behind, which may reach this far over both ends of a segment.
constexpr std::uint64_t small_end = std::uint64_t{1} << 14U;

/// The primes from 7 to 163 are sieved by patterns, each the pattern of a few primes: of about equal periods.
constexpr std::uint32_t last_pattern_prime = 163;
constexpr std::array<std::array<std::uint32_t, 3>, 17> pattern_primes = {{{7, 11, 13},
                                                                          {17, 163, 1},
                                                                          {19, 157, 1},
                                                                          {23, 151, 1},
                                                                          {29, 149, 1},
                                                                          {31, 139, 1},
                                                                          {37, 137, 1},
                                                                          {41, 131, 1},
                                                                          {43, 127, 1},
                                                                          {47, 113, 1},
                                                                          {53, 109, 1},
                                                                          {59, 107, 1},
                                                                          {61, 103, 1},
                                                                          {67, 101, 1},
                                                                          {71, 97, 1},
                                                                          {73, 89, 1},
                                                                          {79, 83, 1}}};

/// The bytes of a sieve by some primes; after `period` bytes they repeat.
std::vector<std::uint8_t> pattern_of(const std::array<std::uint32_t, 3>& primes) {
  std::vector<std::uint8_t> bytes(std::size_t{primes[0]} * primes[1] * primes[2], 0xff);
  for (const std::uint32_t prime : primes) {
    for (std::uint64_t multiple = prime; prime > 1 && multiple < wheel_span * bytes.size(); multiple += prime) {
      const auto* const residue = std::find(wheel_residues.begin(), wheel_residues.end(), multiple % wheel_span);
      if (residue != wheel_residues.end()) {
        bytes[multiple / wheel_span] &= static_cast<std::uint8_t>(~(1U << (residue - wheel_residues.begin())));
      }
    }
  }
  return bytes;
}

using Patterns = std::array<std::vector<std::uint8_t>, pattern_primes.size()>;

const Patterns& patterns() {
  static const Patterns all = [] {
    Patterns made;
    std::transform(pattern_primes.begin(), pattern_primes.end(), made.begin(), pattern_of);
    return made;
  }();
  return all;
}

ROBIN_FOR_EACH_CPU void intersect(std::uint8_t* to, const std::uint8_t* a, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    to[i] &= a[i];
  }
}

/// Of four at once, which spares three walks over `to`.
ROBIN_FOR_EACH_CPU void intersect(std::uint8_t* to, const std::array<const std::uint8_t*, 4>& from, std::size_t size) {
  const std::uint8_t* const a = from[0];
  const std::uint8_t* const b = from[1];
  const std::uint8_t* const c = from[2];
  const std::uint8_t* const d = from[3];
  for (std::size_t i = 0; i < size; ++i) {
    to[i] &= a[i] & b[i] & c[i] & d[i];
  }
}

/// Sets the bytes [at, at + size) of the numbers' line to what the patterns leave.
void sieve_by_patterns(std::uint8_t* bytes, std::uint64_t at, std::size_t size) {
  std::memset(bytes, 0xff, size);
  const Patterns& all = patterns();
  std::size_t first = 0;
  for (; first + 4 <= all.size(); first += 4) {
    for (std::size_t done = 0; done < size;) {
      std::array<const std::uint8_t*, 4> from{};
      std::size_t length = size - done;
      for (std::size_t i = 0; i < from.size(); ++i) {
        const auto& pattern = all[first + i];
        const std::size_t offset = (at + done) % pattern.size();
        from[i] = pattern.data() + offset;
        length = std::min(length, pattern.size() - offset);
      }
      intersect(bytes + done, from, length);
      done += length;
    }
  }
  for (; first < all.size(); ++first) {
    for (std::size_t done = 0; done < size;) {
      const std::size_t offset = (at + done) % all[first].size();
      const std::size_t length = std::min(size - done, all[first].size() - offset);
      intersect(bytes + done, all[first].data() + offset, length);
      done += length;
    }
  }
}

/// The multiples of p = 30 q + r that are coprime to 30 come in rounds of eight: those by 30 a + s, s the residues, lie
/// in the bytes p a + q s + floor(r s/30), at the bit of r s mod 30. All but q and a is known at compile time.
template <std::uint32_t Residue, std::size_t Phase>
struct Multiple {
  static constexpr auto span = static_cast<std::uint32_t>(wheel_span);
  static constexpr std::uint32_t factor = wheel_residues[Phase];
  static constexpr std::uint32_t byte = Residue * factor / span;
  static constexpr std::uint8_t mask = [] {
    unsigned bit = 0;
    while (wheel_residues[bit] != Residue * factor % span) {
      ++bit;
    }
    return static_cast<std::uint8_t>(~(1U << bit));
  }();
  /// From this one to the next, beside q times step_factor.
  static constexpr std::uint32_t next_factor =
      Phase + 1 < phases ? wheel_residues[(Phase + 1) % phases] : span + wheel_residues[0];
  static constexpr std::uint32_t step_factor = next_factor - factor;
  static constexpr std::uint32_t step = Residue * next_factor / span - byte;
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
        ((at[q * Multiple<Residue, Phase>::factor + Multiple<Residue, Phase>::byte] &= Multiple<Residue, Phase>::mask),
         ...);
      }
      (std::make_index_sequence<phases>());
    }
    sieving.round = static_cast<std::int32_t>(round);
  }
}

/// A prime that crosses a segment multiple by multiple, and lies in the list of its residue and of its next multiple's
/// phase: so what follows is known, and mostly foreseen by the CPU.
struct LargePrime {
  std::uint32_t q;
  /// The byte of its next multiple, from the segment's begin.
  std::uint32_t at;
};
using PhaseLists = std::array<std::vector<LargePrime>, phases>;

template <std::uint32_t Residue>
class Crossing {
 public:
  Crossing(std::uint8_t* segment, std::uint32_t size, PhaseLists& next) : segment_(segment), size_(size), next_(next) {}

  template <std::size_t Phase>
  void cross(const std::vector<LargePrime>& primes) {
    for (const LargePrime& sieving : primes) {
      std::uint32_t at = sieving.at;
      if (cross_rest<Phase>(sieving.q, at, std::make_index_sequence<phases - Phase>())) {
        while (cross_rest<0>(sieving.q, at, std::make_index_sequence<phases>())) {
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
      next_[Phase].push_back({q, at - size_});
      return false;
    }
    segment_[at] &= Here::mask;
    at += q * Here::step_factor + Here::step;
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

/// The sieve's state from segment to segment; all numbers of bytes are counted from 0.
class WheelSieve {
 public:
  /// From the byte `first` on, in segments of `size` bytes, both multiples of a word's; sieves up to `end`.
  WheelSieve(std::uint64_t first, std::uint64_t end, std::uint64_t size)
      : at_(first), size_(size), memory_((small_end + size + small_end) / sizeof(std::uint64_t)) {
    // Exact below 2^53: a root that is rounded is never below a whole number that the true one reaches.
    const auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(end - 1)));
    for_each_prime(last_pattern_prime + 1, root + 1, [this](std::uint64_t prime) {
      add(static_cast<std::uint32_t>(prime));
      return true;
    });
  }

  /// The next segment.
  PrimeBits next() {
    std::uint64_t* const words = memory_.data() + small_end / sizeof(std::uint64_t);
    auto* const segment = reinterpret_cast<std::uint8_t*>(words);  // NOLINT(*reinterpret-cast): the bytes of words
    for (std::uint64_t from = 0; from < size_; from += stretch_bytes) {
      sieve_by_patterns(segment + from, at_ + from, std::min(stretch_bytes, size_ - from));
    }
    for (std::uint64_t from = 0; from < size_; from += stretch_bytes) {
      const auto end = static_cast<std::int64_t>(std::min(from + stretch_bytes, size_));
      for_each_phase([&]<std::size_t I>() { cross_rounds<wheel_residues[I]>(segment, end, small_[I]); });
    }
    for (auto& primes : small_) {
      for (SmallPrime& sieving : primes) {
        // A round that reaches over the segment's end comes once more, before the next one's begin.
        sieving.round -= static_cast<std::int32_t>(size_);
        if (sieving.round > 0) {
          sieving.round -= static_cast<std::int32_t>(sieving.prime);
        }
      }
    }
    for_each_phase([&]<std::size_t I>() { cross_large<I>(segment); });
    at_ += size_;
    return {wheel_span * (at_ - size_), {words, size_ / sizeof(std::uint64_t)}};
  }

 private:
  void add(std::uint32_t prime) {
    const auto residue = static_cast<std::size_t>(
        std::find(wheel_residues.begin(), wheel_residues.end(), prime % wheel_span) - wheel_residues.begin());
    const std::uint64_t into_round = at_ % prime;
    if (prime < small_end) {
      small_[residue].push_back({prime, -static_cast<std::int32_t>(into_round)});
      return;
    }
    // The first multiple from here on: in this round, or it begins the next one.
    const std::uint64_t q = prime / wheel_span;
    const auto byte_of = [&](std::size_t phase) {
      return q * wheel_residues[phase] + prime % wheel_span * wheel_residues[phase] / wheel_span;
    };
    std::size_t phase = 0;
    while (phase < phases && byte_of(phase) < into_round) {
      ++phase;
    }
    const std::uint64_t byte = phase < phases ? byte_of(phase) : prime + byte_of(0);
    large_[residue][phase % phases].push_back(
        {static_cast<std::uint32_t>(q), static_cast<std::uint32_t>(byte - into_round)});
  }

  template <std::size_t I>
  void cross_large(std::uint8_t* segment) {  // NOLINT(readability-non-const-parameter): Crossing writes
    for (auto& list : spare_) {
      list.clear();
    }
    Crossing<wheel_residues[I]> crossing(segment, static_cast<std::uint32_t>(size_), spare_);
    for_each_phase([&]<std::size_t Phase>() { crossing.template cross<Phase>(large_[I][Phase]); });
    std::swap(large_[I], spare_);
  }

  std::uint64_t at_;
  std::uint64_t size_;
  std::array<std::vector<SmallPrime>, phases> small_;
  std::array<PhaseLists, phases> large_;
  PhaseLists spare_;
  /// A segment between two margins, into which rounds of small primes may reach.
  std::vector<std::uint64_t> memory_;
};

std::uint64_t divided_up(std::uint64_t dividend, std::uint64_t divisor) { return (dividend + divisor - 1) / divisor; }

}  // namespace

bool is_wheel_sieve_range(std::uint64_t begin, std::uint64_t end) {
  return begin_min <= begin && begin < end && end <= end_max && divided_up(end, begin) <= begin;
}

void for_each_prime_bits(std::uint64_t begin, std::uint64_t end, const std::function<void(const PrimeBits&)>& visit) {
  ROBIN_ASSERT(is_wheel_sieve_range(begin, end), "no sieving prime lies in the range");
  const std::uint64_t first_word = begin / word_span;
  const std::uint64_t words = divided_up(end, word_span) - first_word;
  // Segments of the same length, since the last one is sieved as far as the others.
  const std::uint64_t longest = (end < large_segments_begin ? segment_bytes : large_segment_bytes) / sizeof(words);
  const std::uint64_t length = divided_up(words, divided_up(words, longest));
  WheelSieve sieve(first_word * sizeof(words), end, length * sizeof(words));
  for (std::uint64_t done = 0; done < words; done += length) {
    PrimeBits bits = sieve.next();
    bits.words = bits.words.first(std::min(length, words - done));
    visit(bits);
  }
}

}  // namespace robin::math
