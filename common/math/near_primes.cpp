#include "math/near_primes.hpp"

#include <algorithm>
#include <utility>

#include "core/contract.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace robin::math {
namespace {

constexpr std::size_t lanes = 16;

}  // namespace

/// One list's way: every prime crosses off one byte of the segment and goes on to the next phase.
struct NearPrimes::Passage {
  std::uint8_t* segment;
  std::uint32_t size;
  WheelTurn turn;
  List& from;
  List& now;
  List& next;
  List& after;
};

bool NearPrimes::has_vectors() {
#ifdef __x86_64__
  static const bool supported =
      static_cast<bool>(__builtin_cpu_supports("avx512f")) && static_cast<bool>(__builtin_cpu_supports("popcnt"));
  return supported;
#else
  return false;
#endif
}

void NearPrimes::start(const std::uint32_t* begin, const std::uint32_t* end, std::uint64_t first,
                       std::uint64_t segment_bytes, bool vectors) {
  primes_ = static_cast<std::size_t>(end - begin);
  vectors_ = vectors && has_vectors();
  std::array<std::size_t, phases> counts{};
  std::for_each(begin, end, [&counts](std::uint32_t prime) { ++counts[residue_index(prime)]; });
  // Any list may come to hold all primes of its residue.
  constexpr std::size_t lists = 3 * phases;
  const std::size_t needed = 2 * lists * (primes_ + phases * lanes);
  if (capacity_ < needed) {
    memory_.reset();
    memory_ = std::make_unique_for_overwrite<std::uint32_t[]>(needed);  // NOLINT(*c-arrays): a size known late
    capacity_ = needed;
  }
  std::uint32_t* free = memory_.get();
  for (std::size_t residue = 0; residue < phases; ++residue) {
    for (Lists* all : {&residues_[residue].now, &residues_[residue].next, &residues_[residue].after}) {
      for (List& list : *all) {
        list = {free, free + counts[residue] + lanes, 0};
        free += 2 * (counts[residue] + lanes);
      }
    }
  }
  std::for_each(begin, end, [&](std::uint32_t prime) {
    ROBIN_ASSERT(prime < prime_end(segment_bytes), "a turn reaches the segment after next");
    FirstMultiple multiple = first_multiple(prime, first);
    Residue& residue = residues_[residue_index(prime)];
    Lists* all = &residue.now;
    for (Lists* later : {&residue.next, &residue.after}) {
      if (multiple.at >= segment_bytes) {
        all = later;
        multiple.at -= segment_bytes;
      }
    }
    List& list = (*all)[multiple.phase];
    list.q[list.size] = prime / static_cast<std::uint32_t>(wheel_span);
    list.at[list.size] = static_cast<std::uint32_t>(multiple.at);
    ++list.size;
  });
}

void NearPrimes::cross(std::uint8_t* segment, std::uint32_t size) {  // NOLINT(*non-const-parameter): passages write
  if (primes_ == 0) {
    return;
  }
  for (std::size_t index = 0; index < phases; ++index) {
    Residue& residue = residues_[index];
    for (bool more = true; more;) {
      for (std::size_t phase = 0; phase < phases; ++phase) {
        const std::size_t to = (phase + 1) % phases;
        const Passage passage{
            segment,          size, turn_of(index, phase), residue.now[phase], residue.now[to], residue.next[to],
            residue.after[to]};
        vectors_ ? pass_by_vectors(passage) : pass_one_by_one(passage);
        residue.now[phase].size = 0;
      }
      more = std::any_of(residue.now.begin(), residue.now.end(), [](const List& list) { return list.size > 0; });
    }
    std::swap(residue.now, residue.next);
    std::swap(residue.next, residue.after);
  }
}

void NearPrimes::pass_one_by_one(const Passage& passage) {
  const std::uint64_t size = passage.size;
  for (std::size_t i = 0; i < passage.from.size; ++i) {
    const std::uint32_t q = passage.from.q[i];
    std::uint64_t at = passage.from.at[i];
    passage.segment[at] &= passage.turn.mask;
    at += std::uint64_t{q} * passage.turn.gap + passage.turn.carry;
    List& list = at < size ? passage.now : at < 2 * size ? passage.next : passage.after;
    at -= at < size ? 0 : at < 2 * size ? size : 2 * size;
    list.q[list.size] = q;
    list.at[list.size] = static_cast<std::uint32_t>(at);
    ++list.size;
  }
}

#ifdef __x86_64__
namespace {

[[gnu::target("avx512f,popcnt")]] inline void append(std::uint32_t*& q, std::uint32_t*& at, __mmask16 which, __m512i qs,
                                                     __m512i ats) {
  _mm512_storeu_si512(q, _mm512_maskz_compress_epi32(which, qs));
  _mm512_storeu_si512(at, _mm512_maskz_compress_epi32(which, ats));
  const int count = __builtin_popcount(which);
  q += count;
  at += count;
}

}  // namespace

[[gnu::target("avx512f,popcnt")]] void NearPrimes::pass_by_vectors(const Passage& passage) {
  const std::size_t count = passage.from.size;
  std::uint8_t* const segment = passage.segment;
  const std::uint8_t mask = passage.turn.mask;
  const __m512i factor = _mm512_set1_epi32(passage.turn.gap);
  const __m512i carry = _mm512_set1_epi32(passage.turn.carry);
  const __m512i size = _mm512_set1_epi32(static_cast<int>(passage.size));
  const std::uint32_t* const qs = passage.from.q;
  const std::uint32_t* const ats = passage.from.at;
  std::uint32_t* now_q = passage.now.q + passage.now.size;
  std::uint32_t* now_at = passage.now.at + passage.now.size;
  std::uint32_t* next_q = passage.next.q + passage.next.size;
  std::uint32_t* next_at = passage.next.at + passage.next.size;
  std::uint32_t* after_q = passage.after.q + passage.after.size;
  std::uint32_t* after_at = passage.after.at + passage.after.size;
  for (std::size_t i = 0; i < count; i += lanes) {
    const std::size_t left = count - i;
    const auto valid = static_cast<__mmask16>(left < lanes ? (1U << left) - 1 : 0xffffU);
    const __m512i q = _mm512_loadu_si512(qs + i);
    const __m512i to =
        _mm512_add_epi32(_mm512_add_epi32(_mm512_loadu_si512(ats + i), carry), _mm512_mullo_epi32(q, factor));
    if (left >= lanes) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        segment[ats[i + lane]] &= mask;
      }
    } else {
      for (std::size_t lane = 0; lane < left; ++lane) {
        segment[ats[i + lane]] &= mask;
      }
    }
    const __mmask16 leaves = _mm512_mask_cmpge_epu32_mask(valid, to, size);
    const __m512i beyond = _mm512_sub_epi32(to, size);
    const __mmask16 far = _mm512_mask_cmpge_epu32_mask(leaves, beyond, size);
    append(now_q, now_at, static_cast<__mmask16>(valid & ~leaves), q, to);
    append(next_q, next_at, static_cast<__mmask16>(leaves & ~far), q, beyond);
    if (far != 0) {
      append(after_q, after_at, far, q, _mm512_sub_epi32(beyond, size));
    }
  }
  passage.now.size = static_cast<std::size_t>(now_q - passage.now.q);
  passage.next.size = static_cast<std::size_t>(next_q - passage.next.q);
  passage.after.size = static_cast<std::size_t>(after_q - passage.after.q);
}
#else
void NearPrimes::pass_by_vectors(const Passage& passage) { pass_one_by_one(passage); }
#endif

}  // namespace robin::math
