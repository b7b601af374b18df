#pragma once

// SievePlan: the sizes by which wheel_sieve sieves, from the caches of the machine: what it finds does not depend on
// them. A value; any thread.

#include <cstdint>
#include <optional>

namespace robin::math {

/// What a core has to itself, in bytes.
struct CacheSizes {
  std::uint64_t first_level_data = 0;
  std::uint64_t second_level = 0;
  friend bool operator==(const CacheSizes&, const CacheSizes&) = default;
};

struct SievePlan {
  /// A run of bytes that stays in the first-level cache while the small primes cross it.
  std::uint64_t stretch_bytes;
  /// A segment stays in the second-level cache; a power of two.
  std::uint64_t segment_bytes;
  /// Sieving primes from here on are NearPrimes, and from far_begin on FarPrimes.
  std::uint64_t near_begin;
  std::uint64_t far_begin;
  /// Whether NearPrimes may use AVX-512.
  bool vectors;

  friend bool operator==(const SievePlan&, const SievePlan&) = default;

  /// Half of the second level: the other half is for the lists of primes, and for neighbours who share it. A size of 0
  /// is unknown.
  [[nodiscard]] static SievePlan of(const CacheSizes& caches, bool vectors);
  /// Of the caches that the C library tells, unless set_second_level() said otherwise; asked once.
  [[nodiscard]] static const SievePlan& of_this_machine();
  /// For a machine that tells nothing, or what does not hold: a virtual one, or a cache that many share. What a person
  /// may give in KiB is from second_level_kib_min to _max. Called by a program's main thread before it computes.
  static void set_second_level(std::uint64_t bytes);
  static constexpr std::uint64_t second_level_kib_min = 64;
  static constexpr std::uint64_t second_level_kib_max = 65'536;
};

}  // namespace robin::math
