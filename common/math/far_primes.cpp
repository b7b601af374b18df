#include "math/far_primes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

#include "core/contract.hpp"
#include "core/for_each_cpu.hpp"
#include "math/wheel_turn.hpp"

namespace robin::math {
namespace {

/// Whatever is coprime to 2, 3, 5 and 7.
constexpr std::uint32_t long_span = 210;
constexpr std::size_t long_phases = 48;
constexpr auto long_residues = [] {
  std::array<std::uint32_t, long_phases> residues{};
  std::size_t count = 0;
  for (std::uint32_t n = 1; n < long_span; ++n) {
    if (n % 2 != 0 && n % 3 != 0 && n % 5 != 0 && n % 7 != 0) {
      residues[count++] = n;
    }
  }
  return residues;
}();

/// A turn, and the index of the one that follows; eight bytes, so that an index is a shift.
struct LinkedTurn {
  WheelTurn turn;
  std::uint32_t next;
};
constexpr auto turns = [] {
  std::array<LinkedTurn, phases * long_phases> all{};
  for (std::size_t residue = 0; residue < phases; ++residue) {
    for (std::size_t phase = 0; phase < long_phases; ++phase) {
      const std::size_t next = (phase + 1) % long_phases;
      all[residue * long_phases + phase] = {turn_between(wheel_residues[residue], long_residues[phase],
                                                         long_residues[next] + (next == 0 ? long_span : 0)),
                                            static_cast<std::uint32_t>(residue * long_phases + next)};
    }
  }
  return all;
}();
constexpr unsigned turn_bits = 9;
constexpr std::uint32_t turn_mask = (1U << turn_bits) - 1;

constexpr auto long_not_below = indexes_not_below<long_span>(long_residues);

constexpr std::size_t chunk_bytes = 4096;

}  // namespace

struct alignas(chunk_bytes) FarPrimes::Chunk {
  static constexpr std::size_t entries_a_chunk = chunk_bytes / sizeof(Entry) - 1;
  Chunk* before;
  std::array<Entry, entries_a_chunk> entries;

  // NOLINTBEGIN(*reinterpret-cast): a chunk begins at a multiple of its size, so an entry's address says which it is
  static bool is_end(const Entry* entry) { return reinterpret_cast<std::uintptr_t>(entry) % chunk_bytes == 0; }
  /// Of the entry before this place.
  static Chunk* of(Entry* end) {
    auto* const last = reinterpret_cast<char*>(end - 1);
    return reinterpret_cast<Chunk*>(last - reinterpret_cast<std::uintptr_t>(last) % chunk_bytes);
  }
  // NOLINTEND(*reinterpret-cast)
};

void FarPrimes::Release::operator()(Chunk* chunks) const {
  std::free(chunks);  // NOLINT(*no-malloc): what aligned_alloc gave
}

FarPrimes::Entry* FarPrimes::with_new_chunk(Entry* end) {
  Chunk* const chunk = free_;
  free_ = chunk->before;
  chunk->before = end == nullptr ? nullptr : Chunk::of(end);
  return chunk->entries.data();
}

ROBIN_INLINE inline void FarPrimes::put(Entry*& bucket, const Entry& entry) {
  Entry* place = bucket;
  if (Chunk::is_end(place)) [[unlikely]] {
    place = with_new_chunk(place);
  }
  *place = entry;
  bucket = place + 1;
}

void FarPrimes::start(const std::uint32_t* begin, const std::uint32_t* end, std::uint64_t first, std::uint64_t last,
                      std::uint64_t segment_bytes) {
  ROBIN_ASSERT(std::has_single_bit(segment_bytes), "a segment's number is a shift");
  segment_bytes_ = segment_bytes;
  segment_bits_ = static_cast<unsigned>(std::countr_zero(segment_bytes));
  if (begin == end) {
    buckets_.clear();
    return;
  }
  ROBIN_ASSERT(end[-1] < prime_end, "q fits into an entry");
  constexpr std::uint64_t gap_max = 10;
  const std::uint64_t reach = (end[-1] / wheel_span + 1) * gap_max + segment_bytes;
  buckets_.assign((reach >> segment_bits_) + 1, nullptr);
  // Every bucket's newest chunk may hold a single entry, and so may the one that is being read.
  const std::size_t needed =
      static_cast<std::size_t>(end - begin) / Chunk::entries_a_chunk + 1 + 2 * buckets_.size() + 2;
  if (capacity_ < needed) {
    memory_.reset();
    memory_.reset(static_cast<Chunk*>(std::aligned_alloc(chunk_bytes, needed * chunk_bytes)));
    if (memory_ == nullptr) {
      capacity_ = 0;
      throw std::bad_alloc();
    }
    capacity_ = needed;
  }
  free_ = nullptr;
  for (std::size_t i = capacity_; i-- > 0;) {
    Chunk* const chunk = memory_.get() + i;
    chunk->before = free_;
    free_ = chunk;
  }
  const std::uint64_t number = wheel_span * first;
  std::for_each(begin, end, [&](std::uint64_t prime) {
    std::uint64_t factor = (number + prime - 1) / prime;
    const std::size_t phase = long_not_below[factor % long_span];
    factor += (phase < long_phases ? long_residues[phase] : long_span + 1) - factor % long_span;
    const std::uint64_t at = prime * factor / wheel_span - first;
    if (at < last - first) {
      const std::size_t turn = residue_index(prime) * long_phases + phase % long_phases;
      put(buckets_[at >> segment_bits_], {static_cast<std::uint32_t>(prime / wheel_span << turn_bits | turn),
                                          static_cast<std::uint32_t>(at & (segment_bytes - 1))});
    }
  });
}

void FarPrimes::cross_all(std::uint8_t* segment, const Entry* begin, const Entry* end) {
  const std::uint64_t inside = segment_bytes_ - 1;
  const unsigned bits = segment_bits_;
  Entry** const buckets = buckets_.data();
  for (; begin != end; ++begin) {
    const std::uint32_t key = begin->key;
    const LinkedTurn& linked = turns[key & turn_mask];
    segment[begin->at] &= linked.turn.mask;
    const std::uint64_t at = begin->at + std::uint64_t{key >> turn_bits} * linked.turn.gap + linked.turn.carry;
    put(buckets[at >> bits], {(key & ~turn_mask) | linked.next, static_cast<std::uint32_t>(at & inside)});
  }
}

void FarPrimes::cross(std::uint8_t* segment) {
  if (buckets_.empty()) {
    return;
  }
  // Those that come again in this segment begin the bucket anew.
  while (buckets_.front() != nullptr) {
    Entry* end = std::exchange(buckets_.front(), nullptr);
    while (end != nullptr) {
      Chunk* const chunk = Chunk::of(end);
      cross_all(segment, chunk->entries.data(), end);
      Chunk* const before = std::exchange(chunk->before, free_);
      free_ = chunk;
      end = before == nullptr ? nullptr : before->entries.data() + before->entries.size();
    }
  }
  std::rotate(buckets_.begin(), buckets_.begin() + 1, buckets_.end());
}

}  // namespace robin::math
