#pragma once

// AbundancySieve: sigma(n)/n for every n of a segment, in doubles with a proven error, by a segmented sieve. For each
// prime power p^k <= end its multiples are multiplied by (1 + 1/(p + ... + p^k)); what remains of n after the primes up
// to sqrt(end) is 1 or a prime q and contributes 1 + 1/q. Immutable after construction. ALGORITHMS.md, "The abundancy
// sieve".

#include <cstdint>
#include <vector>

namespace robin::search {

class AbundancySieve {
 public:
  /// Bound of |computed - true| / true: at most 64 factors, each within 4 * 2^-53 of its true value, and as many
  /// roundings.
  static constexpr double relative_error = 0x1p-42;

  /// Sieves [begin, end), 2 <= begin < end <= 2^63.
  /// Cost: O((end - begin) log log end + sqrt(end)/log(end)); memory: 16 bytes for each n.
  /// The memory is the thread's own and stays with it for its next sieve.
  AbundancySieve(std::uint64_t begin, std::uint64_t end);
  ~AbundancySieve();
  AbundancySieve(const AbundancySieve&) = delete;
  AbundancySieve& operator=(const AbundancySieve&) = delete;

  [[nodiscard]] std::uint64_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::uint64_t end() const noexcept { return begin_ + abundancy_.size(); }

  /// sigma(n)/n for begin() <= n < end() (unchecked).
  [[nodiscard]] double abundancy(std::uint64_t n) const noexcept { return abundancy_[n - begin_]; }

  /// A good length for a segment near n: it fits the cache while sqrt(n) does, and grows with sqrt(n) beyond, so that
  /// the primes are not walked through for a few numbers.  Between 2^15 and 2^22.
  [[nodiscard]] static std::uint64_t length_for(std::uint64_t n) noexcept;

 private:
  void multiply_by_powers_of(std::uint64_t prime);
  void multiply_by_last_primes();

  std::uint64_t begin_;
  std::vector<double> abundancy_;
  /// For each n the product of the primes found so far.
  std::vector<std::uint64_t> smooth_part_;
};

}  // namespace robin::search
