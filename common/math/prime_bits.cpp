#include "math/prime_bits.hpp"

#include <bit>

#include "core/contract.hpp"
#include "core/for_each_cpu.hpp"

namespace robin::math {
namespace {

/// The bits of a word stand for offsets below 240, their squares are below 2^16.
constexpr unsigned offset_bits = 8;
constexpr unsigned square_bits = 16;

constexpr std::uint64_t offset_of(unsigned bit) { return wheel_span * (bit / 8) + wheel_residues[bit % 8]; }

/// The bits whose offset (or whose square) has the binary digit k.
template <unsigned Digits, bool Squared>
constexpr std::array<std::uint64_t, Digits> masks_of_digits() {
  std::array<std::uint64_t, Digits> masks{};
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t value = Squared ? offset_of(bit) * offset_of(bit) : offset_of(bit);
    for (unsigned k = 0; k < Digits; ++k) {
      masks[k] |= ((value >> k) & 1U) << bit;
    }
  }
  return masks;
}

constexpr auto offset_masks = masks_of_digits<offset_bits, false>();
constexpr auto square_masks = masks_of_digits<square_bits, true>();

/// The bits of a word whose offset is below `offset` <= 240.
std::uint64_t bits_below(std::uint64_t offset) {
  static constexpr auto table = [] {
    std::array<std::uint64_t, word_span + 1> masks{};
    for (std::uint64_t limit = 0; limit <= word_span; ++limit) {
      for (unsigned bit = 0; bit < 64; ++bit) {
        masks[limit] |= std::uint64_t{offset_of(bit) < limit ? 1U : 0U} << bit;
      }
    }
    return masks;
  }();
  return table[offset];
}

/// About the begin of the first word. A sum of offsets is the sum over binary digits k of 2^k times how many offsets
/// have that digit.
ROBIN_INLINE inline PrimeMoments first_moments_inline(const std::uint64_t* words, std::uint64_t size) {
  std::uint64_t count = 0;
  std::uint64_t offsets = 0;
  std::uint64_t places = 0;
  for (std::uint64_t w = 0; w < size; ++w) {
    const auto inside = static_cast<std::uint64_t>(std::popcount(words[w]));
    count += inside;
    places += w * inside;
    for (unsigned k = 0; k < offset_bits; ++k) {
      offsets += static_cast<std::uint64_t>(std::popcount(words[w] & offset_masks[k])) << k;
    }
  }
  return {count, word_span * places + offsets, 0};
}

ROBIN_FOR_EACH_CPU PrimeMoments first_moments(const std::uint64_t* words, std::uint64_t size) {
  return first_moments_inline(words, size);
}

#ifdef ROBIN_HAS_CPU_CLONES
/// Population counts of vectors are a feature of their own, for which no clone can be asked.
[[gnu::target("avx512f,avx512vpopcntdq")]] PrimeMoments first_moments_of_vectors(const std::uint64_t* words,
                                                                                 std::uint64_t size) {
  return first_moments_inline(words, size);
}

bool counts_vectors() {
  static const bool supported = __builtin_cpu_supports("avx512vpopcntdq") != 0;
  return supported;
}
#endif

ROBIN_FOR_EACH_CPU PrimeMoments second_moments(const std::uint64_t* words, std::uint64_t size) {
  std::uint64_t count = 0;
  std::uint64_t offset_sum = 0;
  std::uint64_t square_sum = 0;
  for (std::uint64_t w = 0; w < size; ++w) {
    const auto inside = static_cast<std::uint64_t>(std::popcount(words[w]));
    std::uint64_t offsets = 0;
    for (unsigned k = 0; k < offset_bits; ++k) {
      offsets += static_cast<std::uint64_t>(std::popcount(words[w] & offset_masks[k])) << k;
    }
    std::uint64_t squares = 0;
    for (unsigned k = 0; k < square_bits; ++k) {
      squares += static_cast<std::uint64_t>(std::popcount(words[w] & square_masks[k])) << k;
    }
    const std::uint64_t before = word_span * w;
    count += inside;
    offset_sum += before * inside + offsets;
    square_sum += before * (before * inside + 2 * offsets) + squares;
  }
  return {count, offset_sum, square_sum};
}

PrimeMoments moments_of_words(const std::uint64_t* words, std::uint64_t size, Moments moments) {
  if (moments == Moments::Second) {
    return second_moments(words, size);
  }
#ifdef ROBIN_HAS_CPU_CLONES
  if (counts_vectors()) {
    return first_moments_of_vectors(words, size);
  }
#endif
  return first_moments(words, size);
}

/// About a point that lies `shift` lower (modulo 2^64).
PrimeMoments moved(const PrimeMoments& sums, std::uint64_t shift, Moments moments) {
  return {sums.count, sums.offset_sum + shift * sums.count,
          moments == Moments::First ? 0 : sums.square_sum + shift * (2 * sums.offset_sum + shift * sums.count)};
}

}  // namespace

PrimeMoments moments_of(const PrimeBits& bits, std::uint64_t begin, std::uint64_t end, std::uint64_t origin,
                        Moments moments) {
  ROBIN_ASSERT(bits.begin <= begin && begin <= end && end <= bits.end(), "bits are summed up where they are");
  PrimeMoments sums;
  if (begin == end) {
    return sums;
  }
  const std::uint64_t first = (begin - bits.begin) / word_span;
  const std::uint64_t last = (end - 1 - bits.begin) / word_span;
  const auto add = [&](std::uint64_t word, const std::uint64_t* words, std::uint64_t size) {
    sums += moved(moments_of_words(words, size, moments), bits.begin + word_span * word - origin, moments);
  };
  const std::uint64_t not_before = ~bits_below(begin - bits.begin - word_span * first);
  const std::uint64_t not_after = bits_below(end - bits.begin - word_span * last);
  const std::uint64_t head = bits.words[first] & not_before & (first == last ? not_after : ~std::uint64_t{0});
  add(first, &head, 1);
  if (first < last) {
    add(first + 1, bits.words.data() + first + 1, last - first - 1);
    const std::uint64_t tail = bits.words[last] & not_after;
    add(last, &tail, 1);
  }
  return sums;
}

}  // namespace robin::math
