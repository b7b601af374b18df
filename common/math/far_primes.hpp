#pragma once

// FarPrimes: sieving primes far above the size of a segment, most of which have no multiple in it. Each lies in the
// bucket of the segment in which its next multiple lies (Oliveira e Silva), so a segment sees only those that cross it;
// multiples of 7 are left out, too. Memory: 8 bytes for each prime, and a chunk for each bucket. Of one thread.

#include <cstdint>
#include <memory>
#include <vector>

namespace robin::math {

class FarPrimes {
 public:
  /// What fits into an entry.
  static constexpr std::uint64_t prime_end = std::uint64_t{30} << 23U;

  /// Begins anew, with these primes, ascending, below prime_end: multiples are crossed off from byte `first` on up to
  /// `last`, in segments of a power of two of bytes.
  void start(const std::uint32_t* begin, const std::uint32_t* end, std::uint64_t first, std::uint64_t last,
             std::uint64_t segment_bytes);
  /// Crosses off the next segment; its memory has segment_bytes bytes also where less is wanted of it.
  void cross(std::uint8_t* segment);

 private:
  /// q and turn of a prime, and the byte of its next multiple in its segment.
  struct Entry {
    std::uint32_t key;
    std::uint32_t at;
  };
  struct Chunk;
  struct Release {
    void operator()(Chunk* chunks) const;
  };

  Entry* with_new_chunk(Entry* end);
  void put(Entry*& bucket, const Entry& entry);
  void cross_all(std::uint8_t* segment, const Entry* begin, const Entry* end);

  std::uint64_t segment_bytes_ = 0;
  unsigned segment_bits_ = 0;
  /// Where each bucket ends, from the current segment on; the end of a full chunk, or null: one more is needed first.
  std::vector<Entry*> buckets_;
  std::unique_ptr<Chunk, Release> memory_;
  std::size_t capacity_ = 0;
  Chunk* free_ = nullptr;
};

}  // namespace robin::math
